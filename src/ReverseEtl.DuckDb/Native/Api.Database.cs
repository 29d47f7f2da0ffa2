using System.Runtime.InteropServices;

namespace ReverseEtl.DuckDb.Native;

/// <summary>The C API, names as in duckdb.h. All signatures are blittable but for SafeHandles and UTF-8 strings.</summary>
internal static unsafe partial class Api
{
    internal const string Library = "duckdb";

    [LibraryImport(Library)]
    internal static partial void duckdb_free(void* pointer);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_library_version();

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_instance_cache();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial State duckdb_get_or_create_from_cache(nint cache, string path, out DatabaseHandle database, ConfigHandle config, out byte* error);

    [LibraryImport(Library)]
    internal static partial void duckdb_close(ref nint database);

    [LibraryImport(Library)]
    internal static partial State duckdb_create_config(out ConfigHandle config);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial State duckdb_set_config(ConfigHandle config, string name, string value);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_config(ref nint config);

    [LibraryImport(Library)]
    internal static partial State duckdb_connect(DatabaseHandle database, out ConnectionHandle connection);

    [LibraryImport(Library)]
    internal static partial void duckdb_disconnect(ref nint connection);

    [LibraryImport(Library)]
    internal static partial void duckdb_interrupt(ConnectionHandle connection);

    [LibraryImport(Library)]
    internal static partial NativeProgress duckdb_query_progress(ConnectionHandle connection);
}
