using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ReverseEtl.DuckDb;

/// <summary>Managed objects that DuckDB holds for its callbacks: a GCHandle each, freed by DuckDB through <see cref="Free"/>.</summary>
internal static unsafe class CallbackState
{
    internal static nint Hold(object state) => GCHandle.ToIntPtr(GCHandle.Alloc(state));

    internal static T Get<T>(nint held) where T : class => Unsafe.As<T>(GCHandle.FromIntPtr(held).Target!);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static void Free(nint held)
    {
        var handle = GCHandle.FromIntPtr(held);
        var state = handle.Target;
        handle.Free();
        try
        {
            (state as IDisposable)?.Dispose();
        }
        catch (Exception)
        {
            // Nobody is left to tell: the query has its result by now, and an exception here would end the process.
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static nint Copy(nint held) => Hold(GCHandle.FromIntPtr(held).Target!);

    /// <summary>Tells DuckDB, through one of its set_error functions, what a callback failed with: no exception may cross into native code.</summary>
    internal static void Fail(nint info, Exception error, delegate*<nint, byte*, void> setError)
    {
        var message = Marshal.StringToCoTaskMemUTF8(error.Message);
        setError(info, (byte*)message);
        Marshal.FreeCoTaskMem(message);
    }
}
