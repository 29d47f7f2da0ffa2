using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.DuckDb;
using static ReverseEtl.Warehouses.Local.SqlText;

namespace ReverseEtl.Warehouses.Local;

/// <summary>Writes what a person said of rows in doubt.</summary>
internal sealed class HistoryOfHeld(SnapshotFile file, PlanRequest request)
{
    /// <param name="rows">The held rows, by their place.</param>
    /// <param name="arrived">True where the destination has what it was told.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task WriteAsync(IReadOnlyList<long> rows, bool arrived, CancellationToken cancellationToken)
    {
        var key = new KeyTextFunction(file.Meta.Shape.Key);
        key.Register(file.Connection);
        List<string> columns =
        [
            $"{DuckDbDialect.Text(request.RunId)} as run_id",
            $"{Instant(request.AsOf)} as \"at\"",
            "h.rowid as seq",
            $"{HistoryColumns.Kind("h.kind")} as kind",
            $"{key.OfKept("h")} as key",
            "h.row_hash as row_hash",
            $"'{(arrived ? HistoryOutcome.Accepted : HistoryOutcome.NotArrived)}' as outcome",
            $"'{HistoryOutcome.Resolved}' as code",
            "null::varchar as message",
            "null::varchar as shape",
        ];
        var query = $"select {List(columns)} from {SnapshotSql.Held} h where h.rowid in ({string.Join(", ", rows)}) order by h.rowid";
        // Days are merged by runs only: one that was interrupted may yet replace its file.
        await file.History.WriteAsync(file.Connection, query, request.RunId, request.AsOf, cancellationToken);
    }
}
