using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ReverseEtl.DuckDb.Native;

namespace ReverseEtl.DuckDb;

/// <summary>Registers table functions, and takes DuckDB's calls to them: bind per place of use, init per scan, run per chunk.</summary>
internal static unsafe class TableFunctionHost
{
    private sealed record Registration(DuckDBTableFunction Function, DuckDBLogicalType[] Types);

    internal static void Register(ConnectionHandle connection, DuckDBTableFunction function)
    {
        var handle = Api.duckdb_create_table_function();
        try
        {
            Api.duckdb_table_function_set_name(handle, NativeText.Terminated(function.Name, "A function's name"));
            var registration = new Registration(function, [.. function.Columns.Select(column => column.Type)]);
            Api.duckdb_table_function_set_extra_info(handle, CallbackState.Hold(registration), &CallbackState.Free);
            Api.duckdb_table_function_set_bind(handle, &Bind);
            Api.duckdb_table_function_set_init(handle, &Init);
            Api.duckdb_table_function_set_function(handle, &Run);
            if (Api.duckdb_register_table_function(connection, handle) != State.Success)
                throw new DuckDBException($"DuckDB refused the table function '{function.Name}': the name may be taken.", DuckDBErrorType.Catalog);
        }
        finally
        {
            Api.duckdb_destroy_table_function(ref handle);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Bind(nint info)
    {
        try
        {
            var function = CallbackState.Get<Registration>(Api.duckdb_bind_get_extra_info(info)).Function;
            foreach (var column in function.Columns)
            {
                using var type = NativeTypes.Create(column.Type);
                Api.duckdb_bind_add_result_column(info, NativeText.Terminated(column.Name, "A column's name"), type);
            }
            if (function.EstimatedRows is { } rows)
                Api.duckdb_bind_set_cardinality(info, (ulong)rows, isExact: 0);
        }
        catch (Exception error)
        {
            CallbackState.Fail(info, error, &Api.duckdb_bind_set_error);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Init(nint info)
    {
        try
        {
            var registration = CallbackState.Get<Registration>(Api.duckdb_init_get_extra_info(info));
            Api.duckdb_init_set_max_threads(info, 1);
            Api.duckdb_init_set_init_data(info, CallbackState.Hold(registration.Function.Open()), &CallbackState.Free);
        }
        catch (Exception error)
        {
            CallbackState.Fail(info, error, &Api.duckdb_init_set_error);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Run(nint info, nint chunk)
    {
        try
        {
            var registration = CallbackState.Get<Registration>(Api.duckdb_function_get_extra_info(info));
            var source = CallbackState.Get<IDuckDBTableSource>(Api.duckdb_function_get_init_data(info));
            var rows = source.Fill(new DataChunkWriter(chunk, registration.Types));
            if (rows is < 0 or > DataChunkWriter.MaxRows)
                throw new InvalidOperationException($"A source filled {rows} rows; a chunk holds {DataChunkWriter.MaxRows}.");
            Api.duckdb_data_chunk_set_size(chunk, (ulong)rows);
        }
        catch (Exception error)
        {
            CallbackState.Fail(info, error, &Api.duckdb_function_set_error);
        }
    }
}
