using System.Runtime.InteropServices;
using ReverseEtl.DuckDb.Native;

namespace ReverseEtl.DuckDb;

/// <summary>Types from DuckDB's handles and back.</summary>
internal static unsafe class NativeTypes
{
    /// <summary>Reads a type and destroys its handle.</summary>
    internal static DuckDBLogicalType Take(nint handle)
    {
        using var owned = new TypeHandle(handle);
        return Read(owned);
    }

    /// <summary>Reads a type whose handle belongs to a value.</summary>
    internal static DuckDBLogicalType Borrow(nint handle)
    {
        using var borrowed = new TypeHandle(handle);
        var type = Read(borrowed);
        borrowed.SetHandleAsInvalid();
        return type;
    }

    private static DuckDBLogicalType Read(TypeHandle handle)
    {
        var type = Api.duckdb_get_type_id(handle) switch
        {
            DuckDBType.Decimal => DuckDBLogicalType.Decimal(Api.duckdb_decimal_width(handle), Api.duckdb_decimal_scale(handle)),
            DuckDBType.Enum => DuckDBLogicalType.Enum(EnumValues(handle)),
            DuckDBType.List => DuckDBLogicalType.List(Take(Api.duckdb_list_type_child_type(handle))),
            DuckDBType.Array => DuckDBLogicalType.Array(Take(Api.duckdb_array_type_child_type(handle)), (int)Api.duckdb_array_type_array_size(handle)),
            DuckDBType.Map => DuckDBLogicalType.Map(Take(Api.duckdb_map_type_key_type(handle)), Take(Api.duckdb_map_type_value_type(handle))),
            DuckDBType.Struct => DuckDBLogicalType.Struct(Fields(handle)),
            DuckDBType.Union => DuckDBLogicalType.Union(Members(handle)),
            var simple => new DuckDBLogicalType(simple),
        };
        return NativeText.Owned(Api.duckdb_logical_type_get_alias(handle)) is { Length: > 0 } alias ? type.Named(alias) : type;
    }

    private static string[] EnumValues(TypeHandle handle)
    {
        var values = new string[Api.duckdb_enum_dictionary_size(handle)];
        for (var i = 0; i < values.Length; i++)
            values[i] = NativeText.Owned(Api.duckdb_enum_dictionary_value(handle, (ulong)i))!;
        return values;
    }

    private static DuckDBColumn[] Fields(TypeHandle handle)
    {
        var fields = new DuckDBColumn[Api.duckdb_struct_type_child_count(handle)];
        for (var i = 0UL; i < (ulong)fields.Length; i++)
            fields[i] = new(NativeText.Owned(Api.duckdb_struct_type_child_name(handle, i))!, Take(Api.duckdb_struct_type_child_type(handle, i)));
        return fields;
    }

    private static DuckDBColumn[] Members(TypeHandle handle)
    {
        var members = new DuckDBColumn[Api.duckdb_union_type_member_count(handle)];
        for (var i = 0UL; i < (ulong)members.Length; i++)
            members[i] = new(NativeText.Owned(Api.duckdb_union_type_member_name(handle, i))!, Take(Api.duckdb_union_type_member_type(handle, i)));
        return members;
    }

    internal static TypeHandle Create(DuckDBLogicalType type)
    {
        var handle = new TypeHandle(type.Id switch
        {
            DuckDBType.Decimal => Api.duckdb_create_decimal_type(type.Width, type.Scale),
            DuckDBType.Enum => Named(type.EnumValues, [], (_, names, count) => Api.duckdb_create_enum_type((byte**)names, count)),
            DuckDBType.List or DuckDBType.Array or DuckDBType.Map => Container(type),
            DuckDBType.Struct => WithFields(type, (types, names, count) => Api.duckdb_create_struct_type((nint*)types, (byte**)names, count)),
            DuckDBType.Union => WithFields(type, (types, names, count) => Api.duckdb_create_union_type((nint*)types, (byte**)names, count)),
            _ => Api.duckdb_create_logical_type(type.Id),
        });
        if (handle.IsInvalid)
            throw new ArgumentException($"DuckDB cannot make the type {type}.", nameof(type));
        if (type.Alias is { } alias)
            Api.duckdb_logical_type_set_alias(handle, alias);
        return handle;
    }

    private static nint Container(DuckDBLogicalType type)
    {
        using var first = Create(type.Children[0].Type);
        if (type.Id == DuckDBType.List)
            return Api.duckdb_create_list_type(first);
        if (type.Id == DuckDBType.Array)
            return Api.duckdb_create_array_type(first, (ulong)type.ArraySize);

        using var second = Create(type.Children[1].Type);
        return Api.duckdb_create_map_type(first, second);
    }

    private static nint WithFields(DuckDBLogicalType type, Func<nint, nint, ulong, nint> create)
    {
        var children = type.Children.Select(child => Create(child.Type)).ToArray();
        try
        {
            return Named([.. type.Children.Select(child => child.Name)], [.. children.Select(child => child.Pointer)], create);
        }
        finally
        {
            foreach (var child in children)
                child.Dispose();
        }
    }

    /// <summary>Calls <paramref name="create"/> with C arrays of the types and of the names.</summary>
    internal static nint Named(IReadOnlyList<string> names, nint[] types, Func<nint, nint, ulong, nint> create)
    {
        var texts = new nint[names.Count];
        try
        {
            for (var i = 0; i < texts.Length; i++)
                texts[i] = Marshal.StringToCoTaskMemUTF8(NativeText.Terminated(names[i], "A name"));
            fixed (nint* typePointer = types, textPointer = texts)
                return create((nint)typePointer, (nint)textPointer, (ulong)texts.Length);
        }
        finally
        {
            foreach (var text in texts)
                Marshal.FreeCoTaskMem(text);
        }
    }
}
