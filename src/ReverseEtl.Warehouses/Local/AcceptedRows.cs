using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;

namespace ReverseEtl.Warehouses.Local;

/// <summary>Says in SQL what became of a plan's rows, as conditions on the plan's row <c>p</c>.</summary>
/// <param name="Accepted">Every operation of the row stands in a done batch, and it is no exception.</param>
/// <param name="Offered">Some operation of the row stands in a done batch.</param>
/// <param name="OnlyRemoved">The row was to be removed and sent anew, and only the removal was offered.</param>
internal sealed record AcceptedRows(string Accepted, string Offered, string OnlyRemoved)
{
    public static async Task<AcceptedRows> PrepareAsync(SnapshotFile file, SyncMode mode, IReadOnlyList<JournalEntry> journal,
        IReadOnlyList<RowException> exceptions, CancellationToken cancellationToken)
    {
        var asked = SyncModes.InOrder.Where(operation => mode.KindsFor(operation).Count > 0).ToList();
        var kinds = PlanSql.InKinds("p.kind", asked.SelectMany(operation => mode.KindsFor(operation)).Distinct());
        var (accepted, offered, onlyRemoved) = (kinds, kinds, "false");
        var done = journal.Where(entry => entry.Done).ToList();
        if (done.Sum(entry => (long)entry.Rows) < await PlannedAsync())
        {
            await file.FillAsync("cdp_done", "operation utinyint, seq_from bigint, seq_to bigint",
                done.Select(entry => $"({(int)entry.Operation}, {entry.SeqFrom}, {entry.SeqTo})"), cancellationToken);
            accepted += string.Concat(asked.Select(operation => $" and (not {Asks(operation)} or {IsDone(operation)})"));
            offered = $"({string.Join(" or ", asked.Select(operation => $"({Asks(operation)} and {IsDone(operation)})"))})";
            onlyRemoved = $"(p.kind = {(int)ChangeKind.Replace} and not {IsDone(Operation.Upsert)})";
        }

        if (exceptions.Count > 0)
        {
            await file.FillAsync("cdp_exceptions", "seq bigint", exceptions.Select(exception => $"({exception.Seq})"), cancellationToken);
            accepted += " and p.seq not in (select seq from temp.cdp_exceptions)";
        }

        return new AcceptedRows(accepted, offered, onlyRemoved);

        string Asks(Operation operation) => PlanSql.InKinds("p.kind", mode.KindsFor(operation));

        static string IsDone(Operation operation) =>
            $"exists (select 1 from temp.cdp_done d where d.operation = {(int)operation} and p.seq between d.seq_from and d.seq_to)";

        Task<long> PlannedAsync() => file.CountAsync(
            $"select {string.Join(" + ", asked.Select(operation => $"count(*) filter (where {Asks(operation)})"))} from {PlanSql.Plan} p", cancellationToken);
    }
}
