using System.Data.Common;
using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// Reads what a sync's destination was told. Only the history's own files are read, so that it works while the sync runs, and where
/// the warehouse cannot be reached.
/// </summary>
/// <param name="workFolder">The folder that the history lies in.</param>
/// <param name="sync">The sync.</param>
public sealed class LocalHistory(string workFolder, string sync) : ISyncHistory
{
    private const int Attempts = 5;

    /// <inheritdoc/>
    public Task<IReadOnlyList<HistoryEntry>> ListAsync(string? key, int? limit, CancellationToken cancellationToken) => EntriesAsync(
        _ => true,
        $"""
        {(key is null ? "" : $" where key = {DuckDbDialect.Text(key)}")}
        order by "at" desc, run_id desc, seq desc limit {limit?.ToString(CultureInfo.InvariantCulture) ?? "all"}
        """,
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HistoryEntry>> OfRunAsync(RunRecord run, long after, int limit, CancellationToken cancellationToken) => EntriesAsync(
        day => MayHave(day, run),
        string.Create(CultureInfo.InvariantCulture, $" where run_id = {DuckDbDialect.Text(run.RunId)} and seq > {after} order by seq limit {limit}"),
        cancellationToken);

    /// <summary>The rows of a run as a table and a condition; null where it told of none.</summary>
    internal async Task<string?> RowsOfAsync(DuckDBConnection connection, RunRecord run, CancellationToken cancellationToken) =>
        await FilesAsync(connection, day => MayHave(day, run), cancellationToken) is { Count: > 0 } files
            ? $"{HistoryDay.Read(files)} where run_id = {DuckDbDialect.Text(run.RunId)}"
            : null;

    /// <inheritdoc/>
    public Task<HistoryMembers> MembersAsync(DateTimeOffset asOf, string? key, int limit, CancellationToken cancellationToken) => ReadAsync(
        day => day.Date <= DateOnly.FromDateTime(asOf.UtcDateTime),
        new HistoryMembers(0, []),
        async (connection, files) =>
        {
            await DuckDbSession.ExecuteAsync(connection, $"""
                create or replace temp table members as select key from (
                    select key, kind from {files}
                    where outcome = '{HistoryOutcome.Accepted}' and "at" <= {SqlText.Instant(asOf)}{(key is null ? "" : $" and key = {DuckDbDialect.Text(key)}")}
                    qualify row_number() over (partition by key order by "at" desc, run_id desc, seq desc) = 1)
                where kind <> '{HistoryOutcome.Removal}'
                """, cancellationToken);
            await using var counting = new DuckDBCommand("select count(*) from members", connection);
            var count = (long)(await counting.ExecuteScalarAsync(cancellationToken))!;
            var keys = new List<string>();
            await using var command = new DuckDBCommand(string.Create(CultureInfo.InvariantCulture, $"select key from members order by key limit {limit}"), connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                keys.Add(reader.GetString(0));
            return new HistoryMembers(count, keys);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<FieldColumn>> SentAsync(HistoryEntry entry, IReadOnlyList<ColumnInfo>? types, CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<FieldColumn>>(
        day => day.Date == DateOnly.FromDateTime(entry.At.UtcDateTime),
        [],
        async (connection, files) =>
        {
            var columns = types ?? await KeptAsync(connection, files, cancellationToken);
            if (columns.Count == 0)
                return [];
            var select = columns.Select(column => $"{DuckDbDialect.Name($"{HistoryColumns.Prefix}{column.Name}")}::{DuckDbTypes.StorageOf(column.Type)}");
            await using var command = new DuckDBCommand(
                string.Create(CultureInfo.InvariantCulture, $"select {SqlText.List(select)} from {files} where run_id = {DuckDbDialect.Text(entry.RunId)} and seq = {entry.Seq} limit 1"), connection);
            using var reader = command.ExecuteColumns(cancellationToken);
            return reader.ReadChunk(cancellationToken)
                ? [.. columns.Select((column, i) => ChunkCopy.Column(column, reader.Chunk[i], reader.Chunk.RowCount))]
                : [];
        },
        cancellationToken);

    // It may have been interrupted, and told more on a later day.
    private static bool MayHave(HistoryDay day, RunRecord run) =>
        day.Date >= DateOnly.FromDateTime(run.AsOf.UtcDateTime) && (run.FinishedAt is not { } end || day.Date <= DateOnly.FromDateTime(end.UtcDateTime));

    private Task<IReadOnlyList<HistoryEntry>> EntriesAsync(Func<HistoryDay, bool> days, string which, CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<HistoryEntry>>(
        days,
        [],
        async (connection, files) =>
        {
            var entries = new List<HistoryEntry>();
            await using var command = new DuckDBCommand(
                $"select run_id, epoch_us(\"at\"), seq, kind, key, row_hash, outcome, code, message, shape from {files}{which}", connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                entries.Add(EntryOf(reader));
            return entries;
        },
        cancellationToken);

    private static async Task<IReadOnlyList<ColumnInfo>> KeptAsync(DuckDBConnection connection, string files, CancellationToken cancellationToken)
    {
        await using var command = new DuckDBCommand($"select * from {files} limit 0", connection);
        using var reader = command.ExecuteColumns(cancellationToken);
        return [.. reader.Columns.Where(column => column.Name.StartsWith(HistoryColumns.Prefix, StringComparison.Ordinal))
            .Select(column => new ColumnInfo(column.Name[HistoryColumns.Prefix.Length..], column.Type.ToString(), DuckDbTypes.FieldTypeOf(column.Type)))];
    }

    private static HistoryEntry EntryOf(DbDataReader reader)
    {
        return new HistoryEntry
        {
            RunId = reader.GetString(0),
            At = DateTimeOffset.UnixEpoch.AddTicks(reader.GetInt64(1) * TimeSpan.TicksPerMicrosecond),
            Seq = reader.GetInt64(2),
            Kind = reader.GetString(3),
            Key = reader.GetString(4),
            RowHash = reader.IsDBNull(5) ? null : reader.GetFieldValue<ulong>(5),
            Outcome = reader.GetString(6),
            Code = Text(7),
            Message = Text(8),
            Shape = Text(9),
        };

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    private async Task<T> ReadAsync<T>(Func<HistoryDay, bool> days, T none, Func<DuckDBConnection, string, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var connection = new DuckDBConnection("Data Source=:memory:");
        await connection.OpenAsync(cancellationToken);
        await DuckDbSession.ExecuteAsync(connection, $"set temp_directory = {DuckDbDialect.Text(Path.Combine(workFolder, "tmp"))}; set timezone = 'UTC'", cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var files = await FilesAsync(connection, days, cancellationToken);
                return files.Count == 0 ? none : await read(connection, HistoryDay.Read(files));
            }
            catch (Exception error) when (attempt < Attempts && error is (DuckDBException { ErrorType: DuckDBErrorType.IO } or IOException))
            {
                // A run merged a day between the listing of the files and their reading: its file is there now.
            }
            catch (DuckDBException error)
            {
                throw new IOException($"the history of sync {sync} cannot be read: {DuckDbErrors.Sentence(error.Message)}", error);
            }
        }
    }

    private async Task<IReadOnlyList<string>> FilesAsync(DuckDBConnection connection, Func<HistoryDay, bool> days, CancellationToken cancellationToken)
    {
        var files = new List<string>();
        foreach (var day in HistoryFolder.In(workFolder, sync).Days().Where(days))
            files.AddRange(await day.FilesAsync(connection, cancellationToken));
        // A run that was interrupted before it advanced writes its file again, maybe on another day: the later one is it.
        return [.. files.GroupBy(Path.GetFileName).Select(same => same.Last())];
    }
}
