using System.Runtime.CompilerServices;

namespace ReverseEtl.DuckDb;

/// <summary>
/// One column of a chunk: a view of DuckDB's memory, valid until the next chunk is read (or the callback returns).
/// Rows that are NULL have garbage in <see cref="Values{T}"/>, <see cref="Bytes"/> and <see cref="Slice"/>: ask <see cref="IsValid"/> first.
/// </summary>
public readonly unsafe ref struct ColumnVector
{
    private readonly RawVector _raw;

    internal ColumnVector(RawVector raw) => _raw = raw;

    public DuckDBLogicalType Type => _raw.Type;

    /// <summary>Rows, or for <see cref="Elements"/> the elements of all rows.</summary>
    public int Count => _raw.Count;

    /// <summary>One bit per row, low bit first, 1 for a value and 0 for NULL. Empty: no row is NULL.</summary>
    public ReadOnlySpan<ulong> Validity => _raw.Validity == null ? [] : new(_raw.Validity, (_raw.Count + 63) >> 6);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsValid(int row) => _raw.IsValid(row);

    /// <summary>
    /// The values as they lie in memory: integers, float and double; bool and sbyte; int days (DATE); long microseconds (TIME, TIMESTAMP,
    /// TIMESTAMPTZ), seconds, milliseconds or nanoseconds (TIMESTAMP_S, _MS, _NS); <see cref="DuckDBInterval"/>; Int128 and UInt128; DECIMAL unscaled, as short, int,
    /// long or Int128 by width (4, 9, 18, 38); ENUM numbers as byte, ushort or uint; <see cref="DuckDBText"/> (VARCHAR, BLOB).
    /// </summary>
    /// <exception cref="InvalidCastException">T has not the size of the type.</exception>
    public ReadOnlySpan<T> Values<T>() where T : unmanaged => _raw.Span<T>();

    /// <summary>The UTF-8 text of a VARCHAR, or the bytes of a BLOB. No copy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Bytes(int row)
    {
        if (!_raw.Type.IsBytes)
            ThrowNotBytes();
        return (uint)row < (uint)_raw.Count ? _raw.Bytes(row) : throw new ArgumentOutOfRangeException(nameof(row));
    }

    /// <summary>The UTF-8 text of a VARCHAR or an ENUM. No copy.</summary>
    public ReadOnlySpan<byte> Utf8(int row) => _raw.Type.Id == DuckDBType.Enum ? _raw.Type.EnumUtf8(_raw.EnumIndex(row)) : Bytes(row);

    /// <summary>No text of <see cref="WriteText"/> is longer.</summary>
    public const int LongestText = Utf8Text.LongestText;

    /// <summary>
    /// Writes a DATE, TIMESTAMP, TIMESTAMPTZ (in UTC, without the zone) or DECIMAL (always with a digit before the point) as DuckDB's cast to
    /// VARCHAR does, only faster.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="utf8">Room for <see cref="LongestText"/> bytes.</param>
    /// <returns>The length of the text.</returns>
    public int WriteText(int row, Span<byte> utf8) => (_raw.Type.Id, _raw.Type.Size) switch
    {
        (DuckDBType.Date, _) => Utf8Text.Date(_raw.Get<int>(row), utf8),
        (DuckDBType.Timestamp or DuckDBType.TimestampTz, _) => Utf8Text.Timestamp(_raw.Get<long>(row), utf8),
        (DuckDBType.Decimal, 2) => Utf8Text.Decimal(_raw.Get<short>(row), _raw.Type.Scale, utf8),
        (DuckDBType.Decimal, 4) => Utf8Text.Decimal(_raw.Get<int>(row), _raw.Type.Scale, utf8),
        (DuckDBType.Decimal, 8) => Utf8Text.Decimal(_raw.Get<long>(row), _raw.Type.Scale, utf8),
        (DuckDBType.Decimal, _) => Utf8Text.Decimal(_raw.Get<Int128>(row), _raw.Type.Scale, utf8),
        _ => throw new InvalidCastException($"A {Type} is not written as text here; cast it in SQL."),
    };

    /// <summary>Where in <see cref="Elements"/> a row of a LIST, ARRAY or MAP has its elements.</summary>
    public (int Offset, int Length) Slice(int row) => _raw.Type.Id is DuckDBType.List or DuckDBType.Array or DuckDBType.Map
        ? _raw.Slice(row)
        : throw new InvalidCastException($"A {_raw.Type} has no elements.");

    /// <summary>The elements of all rows of a LIST or ARRAY. A MAP's are STRUCTs: field 0 is the key, 1 the value.</summary>
    public ColumnVector Elements() => new(_raw.Elements());

    /// <summary>A field of a STRUCT or a member of a UNION, by its place in <see cref="DuckDBLogicalType.Children"/>.</summary>
    public ColumnVector Field(int index) => _raw.Type.Id is DuckDBType.Struct or DuckDBType.Union
        ? new(_raw.Field(index))
        : throw new InvalidCastException($"A {_raw.Type} has no fields.");

    /// <summary>For a UNION: which member each row holds.</summary>
    public ReadOnlySpan<byte> UnionTags() => _raw.Type.Id == DuckDBType.Union
        ? _raw.Tags().Span<byte>()
        : throw new InvalidCastException($"A {_raw.Type} has no members.");

    /// <summary>A row as the data reader would give it; null for NULL. Allocates: for the odd value, not for a loop.</summary>
    public object? GetValue(int row) => ValueReader.Read(_raw, row);

    private void ThrowNotBytes() => throw new InvalidCastException($"A {_raw.Type} is not stored as bytes.");
}
