using System.Runtime.InteropServices;

namespace ReverseEtl.DuckDb.Native;

internal static unsafe partial class Api
{
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial ulong duckdb_extract_statements(ConnectionHandle connection, string sql, out ExtractedHandle statements);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_extract_statements_error(ExtractedHandle statements);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_extracted(ref nint statements);

    [LibraryImport(Library)]
    internal static partial State duckdb_prepare_extracted_statement(ConnectionHandle connection, ExtractedHandle statements, ulong index, out StatementHandle statement);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_prepare_error(StatementHandle statement);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_prepare(ref nint statement);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_nparams(StatementHandle statement);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_parameter_name(StatementHandle statement, ulong index);

    [LibraryImport(Library)]
    internal static partial DuckDBType duckdb_param_type(StatementHandle statement, ulong index);

    [LibraryImport(Library)]
    internal static partial State duckdb_bind_value(StatementHandle statement, ulong index, ValueHandle value);

    [LibraryImport(Library)]
    internal static partial State duckdb_execute_prepared(StatementHandle statement, NativeResult* result);

    [LibraryImport(Library)]
    internal static partial State duckdb_execute_prepared_streaming(StatementHandle statement, NativeResult* result);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_result_error(NativeResult* result);

    [LibraryImport(Library)]
    internal static partial DuckDBErrorType duckdb_result_error_type(NativeResult* result);

    [LibraryImport(Library)]
    internal static partial ResultKind duckdb_result_return_type(NativeResult result);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_rows_changed(NativeResult* result);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_column_count(NativeResult* result);

    [LibraryImport(Library)]
    internal static partial byte* duckdb_column_name(NativeResult* result, ulong column);

    [LibraryImport(Library)]
    internal static partial nint duckdb_column_logical_type(NativeResult* result, ulong column);

    [LibraryImport(Library)]
    internal static partial nint duckdb_fetch_chunk(NativeResult result);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_result(NativeResult* result);
}
