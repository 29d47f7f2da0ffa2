using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using ReverseEtl.DuckDb.Native;

namespace ReverseEtl.DuckDb;

/// <summary>A row in the making: values go to the columns from left to right, and null is NULL. DuckDB casts them to the columns' types.</summary>
public sealed unsafe class DuckDBAppenderRow
{
    private readonly DuckDBAppender _appender;
    private readonly AppenderHandle _handle;

    internal DuckDBAppenderRow(DuckDBAppender appender, AppenderHandle handle)
    {
        _appender = appender;
        _handle = handle;
    }

    /// <exception cref="DuckDBException">There are fewer values than columns.</exception>
    public void EndRow() => _appender.EndRow();

    public DuckDBAppenderRow AppendNullValue() => Check(Api.duckdb_append_null(_handle));

    /// <summary>The column's default.</summary>
    public DuckDBAppenderRow AppendDefault() => Check(Api.duckdb_append_default(_handle));

    public DuckDBAppenderRow AppendValue(bool? value) => value is { } x ? Check(Api.duckdb_append_bool(_handle, x ? (byte)1 : (byte)0)) : AppendNullValue();

    public DuckDBAppenderRow AppendValue(int? value) => value is { } x ? Check(Api.duckdb_append_int32(_handle, x)) : AppendNullValue();

    public DuckDBAppenderRow AppendValue(long? value) => value is { } x ? Check(Api.duckdb_append_int64(_handle, x)) : AppendNullValue();

    public DuckDBAppenderRow AppendValue(double? value) => value is { } x ? Check(Api.duckdb_append_double(_handle, x)) : AppendNullValue();

    public DuckDBAppenderRow AppendValue(sbyte? value) => Append(value);

    public DuckDBAppenderRow AppendValue(byte? value) => Append(value);

    public DuckDBAppenderRow AppendValue(short? value) => Append(value);

    public DuckDBAppenderRow AppendValue(ushort? value) => Append(value);

    public DuckDBAppenderRow AppendValue(uint? value) => Append(value);

    public DuckDBAppenderRow AppendValue(ulong? value) => Append(value);

    public DuckDBAppenderRow AppendValue(BigInteger? value) => Append(value);

    public DuckDBAppenderRow AppendValue(float? value) => Append(value);

    public DuckDBAppenderRow AppendValue(decimal? value) => Append(value);

    public DuckDBAppenderRow AppendValue(DuckDBDecimal? value) => Append(value);

    public DuckDBAppenderRow AppendValue(Guid? value) => Append(value);

    public DuckDBAppenderRow AppendValue(DateOnly? value) => Append(value);

    public DuckDBAppenderRow AppendValue(TimeOnly? value) => Append(value);

    public DuckDBAppenderRow AppendValue(DateTime? value) => Append(value);

    public DuckDBAppenderRow AppendValue(DateTimeOffset? value) => Append(value);

    public DuckDBAppenderRow AppendValue(TimeSpan? value) => Append(value);

    public DuckDBAppenderRow AppendValue(DuckDBInterval? value) => Append(value);

    public DuckDBAppenderRow AppendValue(byte[]? value) => Append(value);

    public DuckDBAppenderRow AppendValue(string? value)
    {
        if (value is null)
            return AppendNullValue();

        var buffer = ArrayPool<byte>.Shared.Rent(NativeText.Strict.GetMaxByteCount(value.Length));
        try
        {
            var length = NativeText.Strict.GetBytes(value, buffer);
            return AppendUtf8(buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Text that is UTF-8 already.</summary>
    public DuckDBAppenderRow AppendUtf8(ReadOnlySpan<byte> utf8)
    {
        fixed (byte* pointer = &MemoryMarshal.GetReference(utf8))
            return Check(Api.duckdb_append_varchar_length(_handle, pointer, (ulong)utf8.Length));
    }

    /// <summary>Any value that a parameter may have: also lists, dictionaries, DBNull.</summary>
    public DuckDBAppenderRow AppendValue(object? value) => Append(value);

    private DuckDBAppenderRow Append(object? value)
    {
        using var handle = ValueFactory.Create(value);
        return Check(Api.duckdb_append_value(_handle, handle));
    }

    private DuckDBAppenderRow Check(State state)
    {
        _appender.Check(state);
        return this;
    }
}
