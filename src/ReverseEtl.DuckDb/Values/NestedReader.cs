using System.Collections;
using System.Collections.Concurrent;

namespace ReverseEtl.DuckDb;

/// <summary>LIST and ARRAY as List, STRUCT and MAP as Dictionary, UNION as the value of the member it holds.</summary>
internal static class NestedReader
{
    private static readonly ConcurrentDictionary<Type, ListFactory> Factories = new();

    internal static object? Read(in RawVector vector, int row) => vector.Type.Id switch
    {
        DuckDBType.List or DuckDBType.Array => ReadList(vector, row, ClrTypes.Nullable(ClrTypes.Of(vector.Type.Element)), asArray: false),
        DuckDBType.Struct => Struct(vector, row),
        DuckDBType.Map => Map(vector, row),
        DuckDBType.Union => ValueReader.Read(vector.Field(vector.Tags().Get<byte>(row)), row),
        _ => throw new NotSupportedException($"A {vector.Type} cannot be read; cast it in SQL, e.g. to VARCHAR."),
    };

    /// <returns>A List or an array of <paramref name="element"/>.</returns>
    internal static object ReadList(in RawVector vector, int row, Type element, bool asArray)
    {
        if (vector.Type.Id is not (DuckDBType.List or DuckDBType.Array))
            throw new InvalidCastException($"A {vector.Type} is not a list.");
        var factory = Factories.GetOrAdd(element, static type => (ListFactory)Activator.CreateInstance(typeof(ListFactory<>).MakeGenericType(type))!);
        var (offset, length) = vector.Slice(row);
        return factory.Create(vector.Elements(), offset, length, asArray);
    }

    private static Dictionary<string, object?> Struct(in RawVector vector, int row)
    {
        var fields = new Dictionary<string, object?>(vector.Type.Children.Count, StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < vector.Type.Children.Count; i++)
            fields[vector.Type.Children[i].Name] = ValueReader.Read(vector.Field(i), row);
        return fields;
    }

    private static Dictionary<object, object?> Map(in RawVector vector, int row)
    {
        var (offset, length) = vector.Slice(row);
        var entries = vector.Elements();
        var keys = entries.Field(0);
        var values = entries.Field(1);
        var map = new Dictionary<object, object?>(length);
        for (var i = offset; i < offset + length; i++)
            map[ValueReader.Read(keys, i)!] = ValueReader.Read(values, i);
        return map;
    }

    private abstract class ListFactory
    {
        internal abstract IList Create(in RawVector elements, int offset, int length, bool asArray);
    }

    private sealed class ListFactory<T> : ListFactory
    {
        internal override IList Create(in RawVector elements, int offset, int length, bool asArray)
        {
            var values = new T[length];
            for (var i = 0; i < length; i++)
                values[i] = elements.IsValid(offset + i) || default(T) is null
                    ? TypedReader.Read<T>(elements, offset + i)
                    : throw new InvalidCastException($"A list with a NULL in it is not a list of {typeof(T).Name}; read it as {typeof(T).Name}?.");
            return asArray ? values : new List<T>(values);
        }
    }
}
