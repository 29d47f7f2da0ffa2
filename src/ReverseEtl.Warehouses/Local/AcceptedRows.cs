using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// Says in SQL which rows of a plan were accepted: those whose every operation stands in a done batch, but for the exceptions.
/// </summary>
internal static class AcceptedRows
{
    /// <returns>A condition on the plan's row <c>p</c>.</returns>
    public static async Task<string> PrepareAsync(SnapshotFile file, SyncMode mode, IReadOnlyList<JournalEntry> journal,
        IReadOnlyList<RowException> exceptions, CancellationToken cancellationToken)
    {
        var asked = SyncModes.InOrder.Where(operation => mode.KindsFor(operation).Count > 0).ToList();
        var condition = PlanSql.InKinds("p.kind", asked.SelectMany(operation => mode.KindsFor(operation)).Distinct());
        var done = journal.Where(entry => entry.Done).ToList();
        if (done.Sum(entry => (long)entry.Rows) < await PlannedAsync())
        {
            await file.FillAsync("cdp_done", "operation utinyint, seq_from bigint, seq_to bigint",
                done.Select(entry => $"({(int)entry.Operation}, {entry.SeqFrom}, {entry.SeqTo})"), cancellationToken);
            condition += string.Concat(asked.Select(operation =>
                $" and (p.kind not in ({string.Join(", ", mode.KindsFor(operation).Select(kind => (int)kind))})"
                + $" or exists (select 1 from temp.cdp_done d where d.operation = {(int)operation} and p.rowid between d.seq_from and d.seq_to))"));
        }

        if (exceptions.Count > 0)
        {
            await file.FillAsync("cdp_exceptions", "seq bigint", exceptions.Select(exception => $"({exception.Seq})"), cancellationToken);
            condition += " and p.rowid not in (select seq from temp.cdp_exceptions)";
        }

        return condition;

        async Task<long> PlannedAsync()
        {
            var planned = 0L;
            foreach (var operation in asked)
                planned += await file.CountAsync($"select count(*) from {PlanSql.Plan} p where {PlanSql.InKinds("p.kind", mode.KindsFor(operation))}", cancellationToken);
            return planned;
        }
    }
}
