using System.Collections;
using ReverseEtl.DuckDb.Native;

namespace ReverseEtl.DuckDb;

/// <summary>LIST, STRUCT and MAP values. The type of a list is the type of its first element that is not NULL; DuckDB casts the others to it.</summary>
internal static unsafe class NestedFactory
{
    internal static nint List(IEnumerable items)
    {
        var elements = Create(items.Cast<object?>());
        try
        {
            using var ofNulls = NativeTypes.Create(DuckDBLogicalType.Of(DuckDBType.SqlNull));
            fixed (nint* pointers = Pointers(elements))
                return Api.duckdb_create_list_value(TypeOf(items.Cast<object?>(), elements, ofNulls), pointers, (ulong)elements.Length);
        }
        finally
        {
            Dispose(elements);
        }
    }

    internal static nint Struct(IDictionary<string, object?> fields)
    {
        var values = Create(fields.Values);
        try
        {
            using var type = new TypeHandle(NativeTypes.Named([.. fields.Keys], [.. values.Select(Api.duckdb_get_value_type)],
                (types, names, count) => Api.duckdb_create_struct_type((nint*)types, (byte**)names, count)));
            fixed (nint* pointers = Pointers(values))
                return Api.duckdb_create_struct_value(type, pointers);
        }
        finally
        {
            Dispose(values);
        }
    }

    internal static nint Map(IDictionary map)
    {
        var keys = Create(map.Keys.Cast<object?>());
        var values = Create(map.Values.Cast<object?>());
        try
        {
            using var ofNulls = NativeTypes.Create(DuckDBLogicalType.Of(DuckDBType.SqlNull));
            var keyType = NativeTypes.Borrow(TypeOf(map.Keys.Cast<object?>(), keys, ofNulls));
            var valueType = NativeTypes.Borrow(TypeOf(map.Values.Cast<object?>(), values, ofNulls));
            using var type = NativeTypes.Create(DuckDBLogicalType.Map(keyType, valueType));
            fixed (nint* keyPointers = Pointers(keys), valuePointers = Pointers(values))
                return Api.duckdb_create_map_value(type, keyPointers, valuePointers, (ulong)keys.Length);
        }
        finally
        {
            Dispose(keys);
            Dispose(values);
        }
    }

    private static ValueHandle[] Create(IEnumerable<object?> items)
    {
        var handles = new List<ValueHandle>();
        try
        {
            foreach (var item in items)
                handles.Add(ValueFactory.Create(item));
            return [.. handles];
        }
        catch
        {
            Dispose(handles);
            throw;
        }
    }

    /// <summary>The first value that is not NULL has the type; DuckDB lends it.</summary>
    private static nint TypeOf(IEnumerable<object?> items, ValueHandle[] handles, TypeHandle ofNulls)
    {
        var first = items.TakeWhile(item => item is null or DBNull).Count();
        return first < handles.Length ? Api.duckdb_get_value_type(handles[first]) : ofNulls.Pointer;
    }

    /// <summary>One more than there are: DuckDB refuses the null pointer that an empty array pins to.</summary>
    private static nint[] Pointers(ValueHandle[] handles) => [.. handles.Select(handle => handle.Pointer), 0];

    private static void Dispose(IEnumerable<ValueHandle> handles)
    {
        foreach (var handle in handles)
            handle.Dispose();
    }
}
