using System.Globalization;
using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;

namespace ReverseEtl.Warehouses.InWarehouse;

/// <summary>Reads what a sync's destination was told, where <see cref="WarehousePlanner"/> wrote it.</summary>
internal sealed class WarehouseHistory(IPlannerEngine engine, PlannerScope scope, string sync) : ISyncHistory
{
    private readonly IPlannerDialect _sql = engine.Dialect;
    private readonly SyncTables _tables = new(engine.Dialect, scope, sync);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HistoryEntry>> ListAsync(string? key, int? limit, CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<HistoryEntry>>(
        [],
        async session => await EntriesAsync(
            session,
            $"{await IsAsync(session, key, cancellationToken)} order by h.told_at desc, h.run_id desc, h.seq desc{(limit is null ? "" : $" limit {limit}")}",
            cancellationToken),
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HistoryEntry>> OfRunAsync(RunRecord run, long after, int limit, CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<HistoryEntry>>(
        [],
        async session => await EntriesAsync(
            session,
            string.Create(CultureInfo.InvariantCulture, $"h.run_id = {_sql.Text(run.RunId)} and h.seq > {after} order by h.seq limit {limit}"),
            cancellationToken),
        cancellationToken);

    /// <inheritdoc/>
    public Task<HistoryMembers> MembersAsync(DateTimeOffset asOf, string? key, int limit, CancellationToken cancellationToken) => ReadAsync(
        new HistoryMembers(0, []),
        async session =>
        {
            var latest = $"select h.row_key, h.kind, t.key_columns, row_number() over (partition by h.row_key order by h.told_at desc, h.run_id desc, h.seq desc) as place "
                + $"from {From} where h.outcome = '{HistoryOutcome.Accepted}' and h.told_at <= {_sql.Instant(asOf)} and {await IsAsync(session, key, cancellationToken)}";
            using var page = await session.QueryAsync(
                $"select x.row_key, x.key_columns, count(*) over () from ({latest}) x where x.place = 1 and x.kind <> '{HistoryOutcome.Removal}' order by x.row_key limit {Math.Max(limit, 1)}",
                [FieldType.Text, FieldType.Text, FieldType.Integer], null, cancellationToken);
            return new HistoryMembers(
                page.Count == 0 ? 0 : page[2].Integer(0),
                [.. Enumerable.Range(0, Math.Min(page.Count, limit)).Select(row => KeyText(page[0].Text(row)!, page[1].Text(row)!))]);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<FieldColumn>> SentAsync(HistoryEntry entry, IReadOnlyList<ColumnInfo>? types, CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<FieldColumn>>(
        [],
        async session =>
        {
            using var page = await session.QueryAsync(
                $"select h.sent, t.sent_columns from {From} where h.run_id = {_sql.Text(entry.RunId)} and h.seq = {entry.Seq}", [FieldType.Text, FieldType.Text], null, cancellationToken);
            if (page.Count == 0 || page[0].IsNull(0))
                return [];
            var texts = JsonSerializer.Deserialize(page[0].Text(0)!, TextJson.Default.StringArray)!;
            var columns = Columns(page[1].Text(0)!);
            var sent = columns.Zip(texts).ToDictionary(pair => pair.First.Name, pair => pair.Second, StringComparer.Ordinal);
            return [.. (types ?? columns).Select(column => KeyWords.Column(column, sent.GetValueOrDefault(column.Name)))];
        },
        cancellationToken);

    private async Task<IReadOnlyList<HistoryEntry>> EntriesAsync(IPlannerSession session, string which, CancellationToken cancellationToken)
    {
        var columns = $"h.run_id, {_sql.InstantText("h.told_at")}, h.seq, h.kind, h.row_key, h.row_hash, h.outcome, h.code, h.message, h.shape, t.key_columns";
        using var page = await session.QueryAsync(
            $"select {columns} from {From} where {which}",
            [
                FieldType.Text, FieldType.TimestampTz, FieldType.Integer, FieldType.Text, FieldType.Text, FieldType.Integer,
                FieldType.Text, FieldType.Text, FieldType.Text, FieldType.Text, FieldType.Text,
            ],
            null,
            cancellationToken);
        return [.. Enumerable.Range(0, page.Count).Select(row => EntryOf(page, row))];
    }

    private string From => $"{_tables.History} h join {_tables.Told} t on t.run_id = h.run_id";

    // Under another key a row's key has another form: each is asked for in its own.
    private async Task<string> IsAsync(IPlannerSession session, string? key, CancellationToken cancellationToken)
    {
        if (key is null)
            return "true";
        using var keys = await session.QueryAsync($"select distinct t.key_columns from {_tables.Told} t", [FieldType.Text], null, cancellationToken);
        var forms = from row in Enumerable.Range(0, keys.Count)
                    let columns = keys[0].Text(row)!
                    let stored = new KeyWords(_sql, Columns(columns)).StoredOf(key)
                    where stored is not null
                    select $"(t.key_columns = {_sql.Text(columns)} and h.row_key = {stored})";
        return $"({string.Join(" or ", forms.DefaultIfEmpty("false"))})";
    }

    private HistoryEntry EntryOf(RowPage page, int row) => new()
    {
        RunId = page[0].Text(row)!,
        At = HistorySql.InstantOf(page[1].Text(row)!),
        Seq = page[2].Integer(row),
        Kind = page[3].Text(row)!,
        Key = KeyText(page[4].Text(row)!, page[10].Text(row)!),
        RowHash = page[5].IsNull(row) ? null : unchecked((ulong)page[5].Integer(row)),
        Outcome = page[6].Text(row)!,
        Code = page[7].Text(row),
        Message = page[8].Text(row),
        Shape = page[9].Text(row),
    };

    private string KeyText(string stored, string columns) => new KeyWords(_sql, Columns(columns)).Text(stored);

    private static ColumnInfo[] Columns(string json) => JsonSerializer.Deserialize(json, TextJson.Default.ColumnInfoArray)!;

    private async Task<T> ReadAsync<T>(T none, Func<IPlannerSession, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var session = await engine.OpenAsync(sync, null, cancellationToken);
        return await session.ExistsAsync(_tables.History, cancellationToken) ? await read(session) : none;
    }
}
