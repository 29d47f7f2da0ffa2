using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>A statement with <c>?</c> for its parameters, or several without parameters.</summary>
public sealed class SnowflakeCommand : DbCommand
{
    private CancellationTokenSource? _running;

    public SnowflakeCommand()
    {
    }

    public SnowflakeCommand(string commandText, SnowflakeConnection connection)
    {
        CommandText = commandText;
        Connection = connection;
    }

    [AllowNull]
    public override string CommandText { get => field; set => field = value ?? ""; } = "";

    /// <summary>Seconds until Snowflake cancels the statement; 0 means the connection's own limit.</summary>
    public override int CommandTimeout { get; set; }

    /// <summary>How many statements the text has; 0 for any number. Of several, those between BEGIN and COMMIT are one transaction; parameters are not possible.</summary>
    public int StatementCount { get; set; } = 1;

    public override CommandType CommandType
    {
        get => CommandType.Text;
        set
        {
            if (value != CommandType.Text)
                throw new NotSupportedException("Snowflake has command texts only.");
        }
    }

    public new SnowflakeConnection? Connection { get; set; }

    public new SnowflakeParameterCollection Parameters { get; } = [];

    /// <summary>The id of the query that ran last, as in Snowflake's query history; null before.</summary>
    public string? QueryId { get; private set; }

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource { get; set; }

    protected override DbConnection? DbConnection
    {
        get => Connection;
        set => Connection = (SnowflakeConnection?)value;
    }

    protected override DbParameterCollection DbParameterCollection => Parameters;

    protected override DbTransaction? DbTransaction
    {
        get => null;
        set
        {
            if (value is not null)
                throw new NotSupportedException("Snowflake's SQL API has no transactions over several requests.");
        }
    }

    /// <summary>Cancels the statement in Snowflake; who waits for it gets an <see cref="OperationCanceledException"/>.</summary>
    public override void Cancel() => Volatile.Read(ref _running)?.Cancel();

    /// <summary>There is nothing to prepare.</summary>
    public override void Prepare()
    {
    }

    protected override DbParameter CreateDbParameter() => new SnowflakeParameter();

    /// <returns>Rows changed; -1 where Snowflake counts none.</returns>
    public override int ExecuteNonQuery() => ExecuteNonQueryAsync(default).GetAwaiter().GetResult();

    /// <inheritdoc cref="ExecuteNonQuery"/>
    public override async Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken)
    {
        await using var reader = await RunAsync(CommandBehavior.Default, cancellationToken);
        var changed = -1L;
        do
        {
            if (await reader.ChangedAsync(cancellationToken) is { } more)
                changed = Math.Max(0, changed) + more;
        }
        while (await reader.NextResultAsync(cancellationToken));
        return (int)Math.Min(changed, int.MaxValue);
    }

    /// <summary>Runs it without looking at results; several statements take no more requests than one.</summary>
    internal async Task<StatementResult> CompleteAsync(CancellationToken cancellationToken)
    {
        var connection = Connection ?? throw new InvalidOperationException("The command has no connection.");
        var result = await connection.Api.RunAsync(Request(connection.Context), cancellationToken);
        QueryId = result.Handle;
        return result;
    }

    public override object? ExecuteScalar() => ExecuteScalarAsync(default).GetAwaiter().GetResult();

    /// <returns>The first row's first value; null where there is no row.</returns>
    public override async Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken)
    {
        await using var reader = await RunAsync(CommandBehavior.SingleRow, cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? reader.GetValue(0) : null;
    }

    public new SnowflakeDataReader ExecuteReader() => RunAsync(CommandBehavior.Default, default).GetAwaiter().GetResult();

    public new Task<SnowflakeDataReader> ExecuteReaderAsync(CancellationToken cancellationToken) => RunAsync(CommandBehavior.Default, cancellationToken);

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => RunAsync(behavior, default).GetAwaiter().GetResult();

    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        await RunAsync(behavior, cancellationToken);

    private async Task<SnowflakeDataReader> RunAsync(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        var connection = Connection is { State: ConnectionState.Open } open ? open : throw new InvalidOperationException("The command has no open connection.");
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Volatile.Write(ref _running, running);
        try
        {
            var result = await connection.Api.RunAsync(Request(connection.Context), running.Token);
            QueryId = result.Handle;
            var reader = new SnowflakeDataReader(connection.Api, result, behavior.HasFlag(CommandBehavior.CloseConnection) ? connection : null);
            await reader.OpenAsync(running.Token);
            return reader;
        }
        finally
        {
            Volatile.Write(ref _running, null);
        }
    }

    private StatementRequest Request(SnowflakeContext context)
    {
        if (StatementCount != 1 && Parameters.Count > 0)
            throw new NotSupportedException("Snowflake takes no parameters with several statements.");
        var request = context.Request(CommandText);
        return request with
        {
            Timeout = CommandTimeout > 0 ? CommandTimeout : request.Timeout,
            Bindings = Parameters.Bindings(),
            Parameters = request.Parameters with { MultiStatementCount = StatementCount == 1 ? null : StatementCount },
        };
    }
}
