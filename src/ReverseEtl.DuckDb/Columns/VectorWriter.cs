using System.Runtime.CompilerServices;
using System.Text.Unicode;
using ReverseEtl.DuckDb.Native;

namespace ReverseEtl.DuckDb;

/// <summary>One column to be filled. Every row starts out valid with undefined contents: each must be given a value or be set to NULL.</summary>
public unsafe ref struct VectorWriter
{
    private readonly nint _vector;
    private readonly byte* _data;
    private ulong* _validity;

    internal VectorWriter(nint vector, DuckDBLogicalType type, int capacity)
    {
        _vector = vector;
        _data = Api.duckdb_vector_get_data(vector);
        Type = type;
        Capacity = capacity;
    }

    public DuckDBLogicalType Type { get; }

    /// <summary>Rows there is room for.</summary>
    public int Capacity { get; }

    /// <summary>The rows of a type of fixed size; layouts as in <see cref="ColumnVector.Values{T}"/>.</summary>
    /// <exception cref="InvalidCastException">T has not the size of the type, or the type is not of fixed size.</exception>
    public readonly Span<T> Values<T>() where T : unmanaged
    {
        if (Type.IsBytes)
            throw new InvalidCastException($"Write a {Type} with AssignString or AssignBlob.");
        Type.CheckLayout<T>();
        return new(_data, Capacity);
    }

    /// <summary>The validity mask, to be filled in bulk: one bit per row, low bit first, 0 for NULL.</summary>
    public Span<ulong> Validity()
    {
        EnsureValidity();
        return new(_validity, (Capacity + 63) >> 6);
    }

    public void SetNull(int row)
    {
        CheckRow(row);
        EnsureValidity();
        _validity[row >> 6] &= ~(1UL << (row & 63));
        // DuckDB holds that the fields of a NULL STRUCT are NULL too.
        if (Type.Id == DuckDBType.Struct)
            for (var i = 0; i < Type.Children.Count; i++)
                Field(i).SetNull(row);
    }

    /// <summary>Sets a VARCHAR from UTF-8; the text is copied.</summary>
    /// <exception cref="ArgumentException">It is not UTF-8: DuckDB would fail on it later, and elsewhere.</exception>
    public readonly void AssignString(int row, ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
            throw new ArgumentException($"Row {row} is not valid UTF-8.", nameof(utf8));
        Assign(row, utf8);
    }

    /// <summary>Sets a VARCHAR; the text is copied.</summary>
    public readonly void AssignString(int row, ReadOnlySpan<char> text)
    {
        const int onStack = 256;
        var size = NativeText.Strict.GetByteCount(text);
        var utf8 = size <= onStack ? stackalloc byte[onStack] : new byte[size];
        Assign(row, utf8[..NativeText.Strict.GetBytes(text, utf8)]);
    }

    /// <summary>Sets a BLOB; the bytes are copied.</summary>
    public readonly void AssignBlob(int row, ReadOnlySpan<byte> bytes) => Assign(row, bytes);

    private readonly void Assign(int row, ReadOnlySpan<byte> bytes)
    {
        if (!Type.IsBytes)
            throw new InvalidCastException($"A {Type} is not stored as bytes: use Values.");
        CheckRow(row);
        if (bytes.Length > StringEntry.InlineLength)
        {
            fixed (byte* pointer = bytes)
                Api.duckdb_unsafe_vector_assign_string_element_len(_vector, (ulong)row, pointer, (ulong)bytes.Length);
            return;
        }

        // Short text needs no allocation in DuckDB, so no call either. Bytes behind the end must be zero: comparisons look at all of them.
        var entry = (StringEntry*)_data + row;
        *entry = default;
        entry->Length = (uint)bytes.Length;
        bytes.CopyTo(new Span<byte>(entry->Inlined, StringEntry.InlineLength));
    }

    /// <summary>A field of a STRUCT.</summary>
    public readonly VectorWriter Field(int index) => Type.Id == DuckDBType.Struct
        ? new(Api.duckdb_struct_vector_get_child(_vector, (ulong)index), Type.Children[index].Type, Capacity)
        : throw new InvalidCastException($"A {Type} has no fields.");

    /// <summary>The elements of all rows of a LIST: makes room for <paramref name="count"/> in total. Say with <see cref="SetSlice"/> which are whose.</summary>
    public readonly VectorWriter Elements(int count)
    {
        if (Type.Id != DuckDBType.List)
            throw new InvalidCastException($"A {Type} is not a LIST.");
        _ = Api.duckdb_list_vector_reserve(_vector, (ulong)count);
        _ = Api.duckdb_list_vector_set_size(_vector, (ulong)count);
        return new(Api.duckdb_list_vector_get_child(_vector), Type.Children[0].Type, count);
    }

    /// <summary>A row of a LIST gets its elements out of <see cref="Elements"/>.</summary>
    public readonly void SetSlice(int row, int offset, int length)
    {
        CheckRow(row);
        Values<ListEntry>()[row] = new((ulong)offset, (ulong)length);
    }

    private void EnsureValidity()
    {
        if (_validity != null)
            return;
        Api.duckdb_vector_ensure_validity_writable(_vector);
        _validity = Api.duckdb_vector_get_validity(_vector);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void CheckRow(int row)
    {
        if ((uint)row >= (uint)Capacity)
            throw new ArgumentOutOfRangeException(nameof(row), row, $"The vector has room for {Capacity} rows.");
    }
}
