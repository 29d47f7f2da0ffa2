using System.Collections.Concurrent;
using System.Globalization;
using ReverseEtl.DuckDb;
using ReverseEtl.Snowflake.Emulator.Execution;

namespace ReverseEtl.Snowflake.Emulator;

/// <summary>A statement that was run.</summary>
/// <param name="Handle">Its handle.</param>
/// <param name="Sql">Its text as it was submitted.</param>
/// <param name="QueryTag">The tag it was given.</param>
public sealed record ExecutedStatement(string Handle, string Sql, string? QueryTag);

/// <summary>All statements of the account: runs them, and remembers which request started which.</summary>
internal sealed class StatementStore(Engine engine, Translator translator, string folder, bool hasStats) : IDisposable
{
    // What needs a session that lasts is for requests with several statements.
    private static readonly string[] OfSessions = ["transaction", "commit", "rollback", "use", "alter_session", "set", "set_statement"];

    private readonly ConcurrentDictionary<string, Statement> _statements = new();
    private readonly ConcurrentDictionary<string, Statement> _byRequest = new();
    private readonly ConcurrentQueue<ExecutedStatement> _executions = new();

    public int RowsPerPartition { get; set; } = 10_000;

    /// <inheritdoc cref="SnowflakeEmulator.StatementsLeft"/>
    public int? StatementsLeft { get; set; }

    public IReadOnlyList<ExecutedStatement> Executions => [.. _executions];

    public Statement? Find(string handle) => _statements.GetValueOrDefault(handle);

    public Statement? OfRequest(string requestId) => _byRequest.GetValueOrDefault(requestId);

    public Statement Start(StatementBody body, string? requestId, int? runsForPolls)
    {
        var statement = Add(body.Statement, runsForPolls);
        if (requestId is not null)
            _byRequest[requestId] = statement;
        statement.Over = Task.Run(() => RunAsync(statement, body));
        return statement;
    }

    public Task IdleAsync() => Task.WhenAll(_statements.Values.Select(statement => statement.Over));

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Cancel();
            statement.Over.Wait();
            statement.Dispose();
        }
    }

    private Statement Add(string sql, int? runsForPolls)
    {
        var statement = new Statement(sql, runsForPolls);
        Directory.CreateDirectory(Path.Combine(folder, statement.Handle));
        return _statements[statement.Handle] = statement;
    }

    private async Task RunAsync(Statement statement, StatementBody body)
    {
        using var limit = new CancellationTokenSource();
        if (body.Timeout > 0)
            limit.CancelAfter(TimeSpan.FromSeconds(body.Timeout.Value));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(statement.Cancelled, limit.Token);
        try
        {
            await statement.MayRunAsync(either.Token);
            await ExecuteAsync(statement, body, either.Token);
        }
        catch (Exception stopped) when (either.IsCancellationRequested && stopped is OperationCanceledException or DuckDBException)
        {
            statement.Error = statement.Cancelled.IsCancellationRequested ? EmulatedError.Cancelled : EmulatedError.TimedOut(body.Timeout!.Value);
        }
        catch (EmulatedError error)
        {
            statement.Error = error;
        }
        catch (Exception defect)
        {
            statement.Error = new EmulatedError("000603", "XX000", $"the emulator fails: {defect}");
        }
    }

    private async Task ExecuteAsync(Statement statement, StatementBody body, CancellationToken cancellationToken)
    {
        var translation = await translator.TranslateAsync(body.Statement, cancellationToken);
        if (translation is not { Statements: { } parts })
            throw EmulatedError.Compilation($"\n{translation.Error!.Message}");
        if (body.StatementCount > 0 && body.StatementCount != parts.Count)
            throw new EmulatedError("000008", "0A000", $"Actual statement count {parts.Count} did not match the desired statement count {body.StatementCount}.");
        var isOne = body.StatementCount == 1;
        if (isOne && OfSessions.Contains(parts[0].Kind))
            throw new EmulatedError("000002", "0A000", $"Unsupported feature '{parts[0].Kind}'.");
        if (!isOne && body.Bindings.Count > 0)
            throw new EmulatedError("000002", "0A000", "Unsupported feature 'bindings in multi-statement requests'.");
        await using var session = engine.Session(body);
        if (isOne)
        {
            statement.Result = await RunAsync(statement, statement.Handle, session, parts[0], body, cancellationToken);
            return;
        }

        var done = new List<Statement>();
        foreach (var part in parts)
        {
            if (StatementsLeft == 0)
                throw new EmulatedError("000603", "XX000", "SQL execution internal error: the session ends here");
            var child = Add(part.Sql, null);
            child.Result = await RunAsync(statement, child.Handle, session, part, body, cancellationToken);
            done.Add(child);
            StatementsLeft--;
        }

        statement.Result = StoredResult.OfRow(Path.Combine(folder, statement.Handle), [new WireColumn("multiple statement execution", "text")], ["Multiple statements executed successfully."]);
        statement.Parts = done;
    }

    private async Task<StoredResult> RunAsync(
        Statement statement, string handle, DuckDBConnection session, TranslatedStatement part, StatementBody body, CancellationToken cancellationToken)
    {
        _executions.Enqueue(new ExecutedStatement(handle, statement.Sql, body.QueryTag));
        try
        {
            var parameters = body.Bindings.OrderBy(pair => int.Parse(pair.Key, CultureInfo.InvariantCulture)).Select(pair => Parameters.Of(pair.Value)).ToList();
            return new StatementRunner(session, Path.Combine(folder, handle), RowsPerPartition, hasStats, cancellationToken).Run(part, parameters);
        }
        catch (DuckDBException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw await DuckDbErrors.OfAsync(error, statement.Sql, translator);
        }
    }
}
