using System.Collections;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ReverseEtl.DuckDb.Native;

namespace ReverseEtl.DuckDb;

/// <summary>CLR values as DuckDB values: for parameters, and for appended rows that are not of a simple type.</summary>
internal static unsafe class ValueFactory
{
    /// <param name="value">null and DBNull are NULL.</param>
    /// <param name="expected">What DuckDB expects there; decides only whether a DateTime is an instant or what a clock shows.</param>
    /// <exception cref="NotSupportedException">No DuckDB type stands for the CLR type.</exception>
    internal static ValueHandle Create(object? value, DuckDBType expected = DuckDBType.Invalid)
    {
        var handle = new ValueHandle(value switch
        {
            null or DBNull => Api.duckdb_create_null_value(),
            bool x => Api.duckdb_create_bool(x ? (byte)1 : (byte)0),
            sbyte x => Api.duckdb_create_int8(x),
            byte x => Api.duckdb_create_uint8(x),
            short x => Api.duckdb_create_int16(x),
            ushort x => Api.duckdb_create_uint16(x),
            int x => Api.duckdb_create_int32(x),
            uint x => Api.duckdb_create_uint32(x),
            long x => Api.duckdb_create_int64(x),
            ulong x => Api.duckdb_create_uint64(x),
            Int128 x => Api.duckdb_create_hugeint(HugeInt.From(x)),
            UInt128 x => Api.duckdb_create_uhugeint(HugeInt.From(x)),
            BigInteger x => Integer(x),
            float x => Api.duckdb_create_float(x),
            double x => Api.duckdb_create_double(x),
            decimal x => Decimal(DuckDBDecimal.From(x)),
            DuckDBDecimal x => Decimal(x),
            string x => Text(x),
            char x => Text([x]),
            Guid x => Uuid(x),
            DateOnly x => Api.duckdb_create_date(Civil.Days(x)),
            TimeOnly x => Api.duckdb_create_time(Civil.Micros(x)),
            DuckDBTimeTz x => Api.duckdb_create_time_tz_value(x.ToBits()),
            DateTime x => expected == DuckDBType.TimestampTz ? Instant(x) : Api.duckdb_create_timestamp(Civil.Micros(x)),
            DateTimeOffset x => Api.duckdb_create_timestamp_tz(Civil.Micros(x.UtcDateTime)),
            DuckDBInterval x => Api.duckdb_create_interval(x),
            TimeSpan x => Api.duckdb_create_interval(DuckDBInterval.From(x)),
            Enum x => Text(x.ToString()),
            byte[] x => Blob(x),
            ReadOnlyMemory<byte> x => Blob(x.Span),
            Memory<byte> x => Blob(x.Span),
            Stream x => Blob(ReadAll(x)),
            IDictionary<string, object?> x => NestedFactory.Struct(x),
            IDictionary x => NestedFactory.Map(x),
            IEnumerable x => NestedFactory.List(x),
            _ => throw new NotSupportedException($"No DuckDB type stands for {value.GetType()}."),
        });
        return handle.IsInvalid ? throw new ArgumentException($"DuckDB refused the {value?.GetType().Name} '{value}' as a value.", nameof(value)) : handle;
    }

    private static nint Text(ReadOnlySpan<char> text)
    {
        var utf8 = new byte[NativeText.Strict.GetByteCount(text)];
        NativeText.Strict.GetBytes(text, utf8);
        // The reference to the first element of an empty array is not null, which an empty text must not be.
        fixed (byte* pointer = &MemoryMarshal.GetArrayDataReference(utf8))
            return Api.duckdb_create_varchar_length(pointer, (ulong)utf8.Length);
    }

    private static nint Blob(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* pointer = &MemoryMarshal.GetReference(bytes))
        {
            var nothing = default(byte);
            return Api.duckdb_create_blob(pointer == null ? &nothing : pointer, (ulong)bytes.Length);
        }
    }

    private static byte[] ReadAll(Stream stream)
    {
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static nint Decimal(DuckDBDecimal value) =>
        Api.duckdb_create_decimal(new NativeDecimal(value.Width, value.Scale, HugeInt.From(value.Unscaled)));

    private static nint Integer(BigInteger value)
    {
        if (value >= Int128.MinValue && value <= Int128.MaxValue)
            return Api.duckdb_create_hugeint(HugeInt.From((Int128)value));
        if (value > 0 && value <= UInt128.MaxValue)
            return Api.duckdb_create_uhugeint(HugeInt.From((UInt128)value));

        fixed (byte* magnitude = BigInteger.Abs(value).ToByteArray(isUnsigned: true, isBigEndian: true).AsSpan())
            return Api.duckdb_create_bignum(new((nint)magnitude, (ulong)BigInteger.Abs(value).GetByteCount(isUnsigned: true), value < 0 ? (byte)1 : (byte)0));
    }

    private static nint Uuid(Guid value)
    {
        Span<byte> bytes = stackalloc byte[Unsafe.SizeOf<Guid>()];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Api.duckdb_create_uuid(HugeInt.From(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes)));
    }

    /// <summary>A DateTime of no kind counts as UTC, as TIMESTAMPTZ is read.</summary>
    private static nint Instant(DateTime time) =>
        Api.duckdb_create_timestamp_tz(Civil.Micros(time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : time));
}
