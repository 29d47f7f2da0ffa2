using System.Runtime.InteropServices;

namespace ReverseEtl.DuckDb.Native;

/// <summary>duckdb_state.</summary>
internal enum State
{
    Success = 0,
    Error = 1,
}

/// <summary>duckdb_result_type: what a statement yields.</summary>
internal enum ResultKind
{
    Invalid = 0,
    ChangedRows = 1,
    Nothing = 2,
    QueryResult = 3,
}

/// <summary>duckdb_result: six machine words, passed by value to some functions and by pointer to others.</summary>
internal unsafe struct NativeResult
{
    internal fixed ulong Words[6];
}

/// <summary>duckdb_hugeint and duckdb_uhugeint. A struct of two words: Int128 has another calling convention.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct HugeInt(ulong Lower, ulong Upper)
{
    internal static HugeInt From(Int128 value) => new((ulong)value, (ulong)(value >> 64));

    internal static HugeInt From(UInt128 value) => new((ulong)value, (ulong)(value >> 64));
}

/// <summary>duckdb_decimal.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NativeDecimal(byte Width, byte Scale, HugeInt Value);

/// <summary>duckdb_bignum: the magnitude, most significant byte first.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NativeBigNum(nint Data, ulong Size, byte IsNegative);

/// <summary>duckdb_query_progress_type.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NativeProgress(double Percentage, ulong RowsProcessed, ulong TotalRows);

/// <summary>duckdb_string_t: up to 12 bytes live in the vector itself, longer text behind a pointer.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal unsafe struct StringEntry
{
    internal const int InlineLength = 12;

    [FieldOffset(0)] internal uint Length;
    [FieldOffset(4)] internal fixed byte Inlined[InlineLength];
    [FieldOffset(8)] internal byte* Pointer;
}

/// <summary>duckdb_list_entry: a slice of the child vector.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ListEntry(ulong Offset, ulong Length);
