using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// Rows that the destination refused. They are kept beside the snapshot with the hash that they had, so that a plan leaves them out
/// until they are due again or change.
/// </summary>
internal sealed class RefusedRows(SnapshotFile file, SnapshotSql sql, PlanRequest request)
{
    /// <summary>Takes rows that are not due out of a plan that was just made.</summary>
    /// <returns>How many.</returns>
    public async Task<long> TakeOutAsync(CancellationToken cancellationToken) =>
        await file.CountAsync($"select count(*) from {SnapshotSql.Refused}", cancellationToken) == 0
            ? 0
            : await file.Plan.LeaveOutAsync($"{SnapshotSql.Refused} r", sql.IsWaiting(request.AsOf), cancellationToken);

    /// <summary>Keys of the rows that the plan leaves out.</summary>
    public async Task<IReadOnlyList<string>> ListWaitingAsync(CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        await using var command = new DuckDBCommand(sql.Waiting, file.Connection);
        using var reader = command.ExecuteColumns(cancellationToken);
        while (reader.ReadChunk(cancellationToken))
        {
            var key = request.Query.Key.Select((column, i) => ChunkCopy.Column(column, reader.Chunk[i], reader.Chunk.RowCount)).ToList();
            keys.AddRange(Enumerable.Range(0, reader.Chunk.RowCount).Select(row => RowKey.Text(key, row)));
        }

        return keys;
    }

    /// <summary>The statements that write down what a plan's delivery refused.</summary>
    public async Task<IEnumerable<string>> RefuseAsync(IReadOnlyList<RowException> exceptions, CancellationToken cancellationToken)
    {
        var rejected = exceptions.Where(exception => exception.Outcome.Kind is OutcomeKind.Rejected).DistinctBy(exception => exception.Seq).ToList();
        if (rejected.Count == 0 && await file.CountAsync($"select count(*) from {SnapshotSql.Refused}", cancellationToken) == 0)
            return [];
        await file.FillAsync("cdp_rejected", "seq bigint, due timestamptz, put_off boolean", rejected.Select(Literal), cancellationToken);
        return sql.Refuse("temp.cdp_rejected", Due);
    }

    private static string Literal(RowException exception)
    {
        var due = exception.Outcome.Due switch
        {
            null => "null",
            { } never when never == RowOutcome.Never => "'infinity'",
            { } known => SqlText.Instant(known),
        };
        return string.Create(CultureInfo.InvariantCulture, $"({exception.Seq}, {due}, {exception.Outcome.IsPutOff})");
    }

    private string Due
    {
        get
        {
            var (rule, from) = (request.Retry, SqlText.Instant(request.AsOf));
            var wait = string.Create(CultureInfo.InvariantCulture, $"least({rule.Longest.TotalSeconds}::double, {rule.First.TotalSeconds}::double * pow(2, least(attempts, 64) - 1))");
            var due = $"{from} + to_seconds({wait})";
            return rule.MaxAttempts is { } most
                ? string.Create(CultureInfo.InvariantCulture, $"case when attempts >= {most} then 'infinity'::timestamptz else {due} end")
                : due;
        }
    }
}
