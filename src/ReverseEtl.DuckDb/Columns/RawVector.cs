using System.Runtime.CompilerServices;
using ReverseEtl.DuckDb.Native;

namespace ReverseEtl.DuckDb;

/// <summary>A flat vector's pointers, fetched once per chunk. Unsafe to keep: they die with the chunk. <see cref="ColumnVector"/> is the safe face.</summary>
internal readonly unsafe struct RawVector
{
    private readonly nint _vector;
    private readonly byte* _data;
    internal readonly ulong* Validity;
    internal readonly int Count;
    internal readonly DuckDBLogicalType Type;

    internal RawVector(nint vector, DuckDBLogicalType type, int count)
    {
        _vector = vector;
        _data = Api.duckdb_vector_get_data(vector);
        Validity = Api.duckdb_vector_get_validity(vector);
        Count = count;
        Type = type;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsValid(int row) => Validity == null || (Validity[row >> 6] & (1UL << (row & 63))) != 0;

    /// <summary>The caller has matched T to the type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal T Get<T>(int row) where T : unmanaged => Unsafe.ReadUnaligned<T>(_data + (long)row * sizeof(T));

    internal ReadOnlySpan<T> Span<T>() where T : unmanaged
    {
        Type.CheckLayout<T>();
        return new(_data, Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<byte> Bytes(int row)
    {
        var entry = (StringEntry*)_data + row;
        return new(entry->Length <= StringEntry.InlineLength ? entry->Inlined : entry->Pointer, (int)entry->Length);
    }

    /// <summary>The slice of <see cref="Elements"/> that a row of a LIST, MAP or ARRAY stands for.</summary>
    internal (int Offset, int Length) Slice(int row)
    {
        if (Type.Id == DuckDBType.Array)
            return (row * Type.ArraySize, Type.ArraySize);

        var entry = Get<ListEntry>(row);
        return ((int)entry.Offset, (int)entry.Length);
    }

    internal RawVector Elements() => Type.Id switch
    {
        DuckDBType.Array => new(Api.duckdb_array_vector_get_child(_vector), Type.Element, Count * Type.ArraySize),
        DuckDBType.List or DuckDBType.Map =>
            new(Api.duckdb_list_vector_get_child(_vector), Type.Element, (int)Api.duckdb_list_vector_get_size(_vector)),
        _ => throw new InvalidCastException($"A {Type} has no elements."),
    };

    /// <summary>A child of a STRUCT or of a UNION (the tag is not counted).</summary>
    internal RawVector Field(int index) =>
        new(Api.duckdb_struct_vector_get_child(_vector, (ulong)(Type.Id == DuckDBType.Union ? index + 1 : index)), Type.Children[index].Type, Count);

    /// <summary>Which member of a UNION each row holds.</summary>
    internal RawVector Tags() => new(Api.duckdb_struct_vector_get_child(_vector, 0), DuckDBLogicalType.Of(DuckDBType.UnsignedTinyInt), Count);

    internal int EnumIndex(int row) => Type.Size switch
    {
        1 => Get<byte>(row),
        2 => Get<ushort>(row),
        _ => (int)Get<uint>(row),
    };
}
