using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;
using ReverseEtl.Warehouses.Local;

namespace ReverseEtl.Warehouses.Log;

/// <summary>
/// The log in a DuckDB file of its own, as the user's file is never written. The file is open only while runs are written: DuckDB lets
/// one process write, or several read.
/// </summary>
/// <param name="scope">Whose runs they are, and the folder.</param>
public sealed class DuckDbSyncLog(PlannerScope scope) : ISyncLog
{
    /// <summary>The file's name.</summary>
    public const string FileName = "log.duckdb";

    private const int Attempts = 50;
    private const int PauseMs = 100;

    /// <summary>Of this process one writes at a time.</summary>
    private static readonly SemaphoreSlim Turn = new(1, 1);

    private readonly LogTables _tables = new(
        new LogWords("log.sync_runs", "log.sync_log", DuckDbDialect.Name, "varchar", "timestamptz", DuckDbDialect.Text, SqlText.Instant), scope);

    private string File => Path.Combine(scope.Folder, FileName);

    /// <inheritdoc/>
    public async Task<int> WriteAsync(string sync, IReadOnlyList<RunRecord> runs, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        await Turn.WaitAsync(cancellationToken);
        try
        {
            await using var connection = await OpenAsync(cancellationToken);
            foreach (var statement in _tables.Create)
                await DuckDbSession.ExecuteAsync(connection, statement, cancellationToken);
            var known = await KnownAsync(connection, sync, cancellationToken);
            var missing = runs.Where(run => !known.Contains(run.RunId)).ToList();
            foreach (var run in missing)
                await WriteAsync(connection, sync, run, cancellationToken);
            foreach (var statement in since is { } before ? _tables.Forget(before) : [])
                await DuckDbSession.ExecuteAsync(connection, statement, cancellationToken);
            await DuckDbSession.ExecuteAsync(connection, "detach log", cancellationToken);
            return missing.Count;
        }
        catch (Exception error) when (error is DuckDBException or IOException)
        {
            throw new WarehouseException($"the log {File} cannot be written: {DuckDbErrors.Sentence(error.Message)}", error);
        }
        finally
        {
            Turn.Release();
        }
    }

    private async Task WriteAsync(DuckDBConnection connection, string sync, RunRecord run, CancellationToken cancellationToken)
    {
        var rows = await new LocalHistory(scope.Folder, sync).RowsOfAsync(connection, run, cancellationToken);
        // Until it commits the connection's other statements do not show; where one fails the whole goes with the connection.
        await DuckDbSession.ExecuteAsync(connection, "begin", cancellationToken);
        await DuckDbSession.ExecuteAsync(connection, _tables.AddRun(run), cancellationToken);
        if (rows is not null)
            await DuckDbSession.ExecuteAsync(connection, _tables.AddRows(run, "\"at\"", rows), cancellationToken);
        await DuckDbSession.ExecuteAsync(connection, "commit", cancellationToken);
    }

    private async Task<HashSet<string>> KnownAsync(DuckDBConnection connection, string sync, CancellationToken cancellationToken)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        await using var command = new DuckDBCommand(_tables.Known(sync), connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            known.Add(reader.GetString(0));
        return known;
    }

    private async Task<DuckDBConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await DuckDbSession.OpenAsync(Path.Combine(scope.Folder, "tmp"), null, cancellationToken);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await DuckDbSession.ExecuteAsync(connection, $"attach {DuckDbDialect.Text(File)} as log", cancellationToken);
                    return connection;
                }
                catch (DuckDBException error) when (attempt < Attempts && error.ErrorType is DuckDBErrorType.IO)
                {
                    // Somebody reads it, or another process writes.
                    await Task.Delay(PauseMs, cancellationToken);
                }
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
