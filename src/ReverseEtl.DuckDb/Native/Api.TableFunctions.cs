using System.Runtime.InteropServices;

namespace ReverseEtl.DuckDb.Native;

internal static unsafe partial class Api
{
    [LibraryImport(Library)]
    internal static partial nint duckdb_create_table_function();

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_table_function(ref nint function);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void duckdb_table_function_set_name(nint function, string name);

    [LibraryImport(Library)]
    internal static partial void duckdb_table_function_set_extra_info(nint function, nint info, delegate* unmanaged[Cdecl]<nint, void> destroy);

    [LibraryImport(Library)]
    internal static partial void duckdb_table_function_set_bind(nint function, delegate* unmanaged[Cdecl]<nint, void> bind);

    [LibraryImport(Library)]
    internal static partial void duckdb_table_function_set_init(nint function, delegate* unmanaged[Cdecl]<nint, void> init);

    [LibraryImport(Library)]
    internal static partial void duckdb_table_function_set_function(nint function, delegate* unmanaged[Cdecl]<nint, nint, void> run);

    [LibraryImport(Library)]
    internal static partial State duckdb_register_table_function(ConnectionHandle connection, nint function);

    [LibraryImport(Library)]
    internal static partial nint duckdb_bind_get_extra_info(nint info);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void duckdb_bind_add_result_column(nint info, string name, TypeHandle type);

    [LibraryImport(Library)]
    internal static partial void duckdb_bind_set_cardinality(nint info, ulong rows, byte isExact);

    [LibraryImport(Library)]
    internal static partial void duckdb_bind_set_error(nint info, byte* message);

    [LibraryImport(Library)]
    internal static partial nint duckdb_init_get_extra_info(nint info);

    [LibraryImport(Library)]
    internal static partial void duckdb_init_set_init_data(nint info, nint data, delegate* unmanaged[Cdecl]<nint, void> destroy);

    [LibraryImport(Library)]
    internal static partial void duckdb_init_set_max_threads(nint info, ulong threads);

    [LibraryImport(Library)]
    internal static partial void duckdb_init_set_error(nint info, byte* message);

    [LibraryImport(Library)]
    internal static partial nint duckdb_function_get_extra_info(nint info);

    [LibraryImport(Library)]
    internal static partial nint duckdb_function_get_init_data(nint info);

    [LibraryImport(Library)]
    internal static partial void duckdb_function_set_error(nint info, byte* message);
}
