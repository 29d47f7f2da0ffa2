using System.Runtime.InteropServices;

namespace ReverseEtl.DuckDb.Native;

/// <summary>Values on their way in: parameters and appended rows. A date, a time or a timestamp is a struct of one integer, which is passed as that integer.</summary>
internal static unsafe partial class Api
{
    [LibraryImport(Library)]
    internal static partial nint duckdb_create_bool(byte value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_int8(sbyte value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_uint8(byte value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_int16(short value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_uint16(ushort value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_int32(int value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_uint32(uint value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_int64(long value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_uint64(ulong value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_hugeint(HugeInt value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_uhugeint(HugeInt value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_bignum(NativeBigNum value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_decimal(NativeDecimal value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_float(float value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_double(double value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_date(int value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_time(long value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_time_tz_value(ulong value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_timestamp(long value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_timestamp_tz(long value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_interval(DuckDBInterval value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_uuid(HugeInt value);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_null_value();

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_varchar_length(byte* text, ulong length);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_blob(byte* data, ulong length);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_struct_value(TypeHandle type, nint* values);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_list_value(nint elementType, nint* values, ulong count);

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_map_value(TypeHandle type, nint* keys, nint* values, ulong count);

    [LibraryImport(Library)]
    internal static partial nint duckdb_get_value_type(ValueHandle value);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_value(ref nint value);
}
