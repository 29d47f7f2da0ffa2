using System.Runtime.InteropServices;

namespace ReverseEtl.DuckDb.Native;

internal static unsafe partial class Api
{
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial State duckdb_appender_create_ext(ConnectionHandle connection, string? catalog, string? schema, string table, out AppenderHandle appender);

    [LibraryImport(Library)]
    internal static partial nint duckdb_appender_error_data(AppenderHandle appender);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_error_data_message(nint error);

    [LibraryImport(Library)]
    internal static partial DuckDBErrorType duckdb_error_data_error_type(nint error);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_error_data(ref nint error);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_appender_column_count(AppenderHandle appender);

    [LibraryImport(Library)]
    internal static partial nint duckdb_appender_column_type(AppenderHandle appender, ulong column);

    [LibraryImport(Library)]
    internal static partial State duckdb_appender_flush(AppenderHandle appender);

    [LibraryImport(Library)]
    internal static partial State duckdb_appender_close(AppenderHandle appender);

    [LibraryImport(Library)]
    internal static partial State duckdb_appender_clear(nint appender);

    [LibraryImport(Library)]
    internal static partial State duckdb_appender_destroy(ref nint appender);

    [LibraryImport(Library)]
    internal static partial State duckdb_appender_begin_row(AppenderHandle appender);

    [LibraryImport(Library)]
    internal static partial State duckdb_appender_end_row(AppenderHandle appender);

    [LibraryImport(Library)]
    internal static partial State duckdb_append_default(AppenderHandle appender);

    [LibraryImport(Library)]
    internal static partial State duckdb_append_null(AppenderHandle appender);

    [LibraryImport(Library)]
    internal static partial State duckdb_append_bool(AppenderHandle appender, byte value);

    [LibraryImport(Library)]
    internal static partial State duckdb_append_int32(AppenderHandle appender, int value);

    [LibraryImport(Library)]
    internal static partial State duckdb_append_int64(AppenderHandle appender, long value);

    [LibraryImport(Library)]
    internal static partial State duckdb_append_double(AppenderHandle appender, double value);

    [LibraryImport(Library)]
    internal static partial State duckdb_append_varchar_length(AppenderHandle appender, byte* text, ulong length);

    [LibraryImport(Library)]
    internal static partial State duckdb_append_value(AppenderHandle appender, ValueHandle value);

    [LibraryImport(Library)]
    internal static partial State duckdb_append_data_chunk(AppenderHandle appender, ChunkHandle chunk);
}
