using ReverseEtl.DuckDb.Native;

namespace ReverseEtl.DuckDb;

/// <summary>What the last statement of a script yields.</summary>
/// <param name="Handle">The open result.</param>
/// <param name="Columns">None unless the statement returns rows.</param>
/// <param name="RowsAffected">Rows changed by all statements of the script; -1 where none changes rows.</param>
internal sealed record StatementResult(ResultHandle Handle, DuckDBColumn[] Columns, int RowsAffected);

/// <summary>Runs a script: every statement is prepared after those before it have run, as it may need what they create.</summary>
internal static unsafe class StatementRunner
{
    internal static StatementResult Run(ConnectionHandle connection, string sql, DuckDBParameterCollection parameters, bool streaming, Interruption interruption)
    {
        using var statements = Extract(connection, sql, out var count);
        var affected = -1;
        for (var i = 0UL; ; i++)
        {
            using var statement = Prepare(connection, statements, i);
            ParameterBinder.Bind(statement, parameters);
            var last = i == count - 1;
            var result = Execute(connection, statement, streaming && last, interruption);
            var kind = Api.duckdb_result_return_type(*result.Pointer);
            if (kind == ResultKind.ChangedRows)
                affected = Math.Max(affected, 0) + (int)Math.Min(Api.duckdb_rows_changed(result.Pointer), int.MaxValue);
            if (last)
                return new(result, kind == ResultKind.QueryResult ? Columns(result) : [], affected);
            result.Dispose();
        }
    }

    private static ExtractedHandle Extract(ConnectionHandle connection, string sql, out ulong count)
    {
        count = Api.duckdb_extract_statements(connection, NativeText.Terminated(sql, "The command's text"), out var statements);
        if (count > 0)
        {
            statements.KeepAlive(connection);
            return statements;
        }

        using (statements)
        {
            throw NativeText.Borrowed(Api.duckdb_extract_statements_error(statements)) is { Length: > 0 } error
                ? new DuckDBException(error)
                : new InvalidOperationException("The command's text holds no statement.");
        }
    }

    private static StatementHandle Prepare(ConnectionHandle connection, ExtractedHandle statements, ulong index)
    {
        var state = Api.duckdb_prepare_extracted_statement(connection, statements, index, out var statement);
        if (state == State.Success)
        {
            statement.KeepAlive(connection);
            return statement;
        }

        using (statement)
            throw new DuckDBException(NativeText.Borrowed(Api.duckdb_prepare_error(statement)));
    }

    private static ResultHandle Execute(ConnectionHandle connection, StatementHandle statement, bool streaming, Interruption interruption)
    {
        var result = new ResultHandle();
        var state = streaming
            ? Api.duckdb_execute_prepared_streaming(statement, result.Pointer)
            : Api.duckdb_execute_prepared(statement, result.Pointer);
        if (state == State.Success)
        {
            result.KeepAlive(connection);
            return result;
        }

        using (result)
            throw interruption.Explain(Error(result) ?? new DuckDBException(null));
    }

    /// <summary>null: all is well.</summary>
    internal static DuckDBException? Error(ResultHandle result) => NativeText.Borrowed(Api.duckdb_result_error(result.Pointer)) is { Length: > 0 } message
        ? new DuckDBException(message, Api.duckdb_result_error_type(result.Pointer))
        : null;

    private static DuckDBColumn[] Columns(ResultHandle result)
    {
        var columns = new DuckDBColumn[Api.duckdb_column_count(result.Pointer)];
        for (var i = 0UL; i < (ulong)columns.Length; i++)
        {
            var name = NativeText.Borrowed(Api.duckdb_column_name(result.Pointer, i))!;
            columns[i] = new(name, NativeTypes.Take(Api.duckdb_column_logical_type(result.Pointer, i)));
        }
        return columns;
    }
}
