using System.Runtime.InteropServices;

namespace ReverseEtl.DuckDb.Native;

/// <summary>A native object that is null when it is not there.</summary>
internal abstract class NativeHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;
}

/// <summary>A native object that lives inside another: the parent stays until the child is gone, in whatever order they are disposed or finalised.</summary>
internal abstract class ChildHandle : NativeHandle
{
    private SafeHandle? _parent;

    internal void KeepAlive(SafeHandle parent)
    {
        var added = false;
        parent.DangerousAddRef(ref added);
        _parent = parent;
    }

    protected sealed override bool ReleaseHandle()
    {
        Destroy();
        _parent?.DangerousRelease();
        return true;
    }

    protected abstract void Destroy();
}

/// <summary>A database, closed with the last of its connections. Counted here, as a SafeHandle that was disposed cannot be used for another connection.</summary>
internal sealed class DatabaseHandle : NativeHandle
{
    private int _connections;

    internal void Retain() => Interlocked.Increment(ref _connections);

    internal void Release()
    {
        if (Interlocked.Decrement(ref _connections) == 0)
            Dispose();
    }

    protected override bool ReleaseHandle()
    {
        Api.duckdb_close(ref handle);
        return true;
    }
}

internal sealed class ConfigHandle : NativeHandle
{
    protected override bool ReleaseHandle()
    {
        Api.duckdb_destroy_config(ref handle);
        return true;
    }
}

internal sealed class ConnectionHandle : ChildHandle
{
    protected override void Destroy() => Api.duckdb_disconnect(ref handle);
}

internal sealed class ExtractedHandle : ChildHandle
{
    protected override void Destroy() => Api.duckdb_destroy_extracted(ref handle);
}

internal sealed class StatementHandle : ChildHandle
{
    protected override void Destroy() => Api.duckdb_destroy_prepare(ref handle);
}

internal sealed class AppenderHandle : ChildHandle
{
    protected override void Destroy()
    {
        // Destroying flushes: an appender that was closed has nothing left, and one that was not must write nothing.
        _ = Api.duckdb_appender_clear(handle);
        _ = Api.duckdb_appender_destroy(ref handle);
    }
}

internal sealed class ChunkHandle : NativeHandle
{
    internal ChunkHandle(nint chunk) => SetHandle(chunk);

    internal nint Pointer => handle;

    protected override bool ReleaseHandle()
    {
        Api.duckdb_destroy_data_chunk(ref handle);
        return true;
    }
}

internal sealed class TypeHandle : NativeHandle
{
    public TypeHandle()
    {
    }

    internal TypeHandle(nint type) => SetHandle(type);

    internal nint Pointer => handle;

    protected override bool ReleaseHandle()
    {
        Api.duckdb_destroy_logical_type(ref handle);
        return true;
    }
}

internal sealed class ValueHandle : NativeHandle
{
    internal ValueHandle(nint value) => SetHandle(value);

    internal nint Pointer => handle;

    protected override bool ReleaseHandle()
    {
        Api.duckdb_destroy_value(ref handle);
        return true;
    }
}

/// <summary>A duckdb_result in native memory of its own, where nothing moves it.</summary>
internal sealed unsafe class ResultHandle : ChildHandle
{
    internal ResultHandle() => SetHandle((nint)NativeMemory.AllocZeroed((nuint)sizeof(NativeResult)));

    internal NativeResult* Pointer => (NativeResult*)handle;

    protected override void Destroy()
    {
        Api.duckdb_destroy_result(Pointer);
        NativeMemory.Free(Pointer);
    }
}
