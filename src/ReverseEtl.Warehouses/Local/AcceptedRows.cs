using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;

namespace ReverseEtl.Warehouses.Local;

/// <summary>Says in SQL which rows of a plan were accepted: those of done batches, but for the exceptions.</summary>
internal static class AcceptedRows
{
    /// <returns>A condition on the plan's row <c>p</c>.</returns>
    public static async Task<string> PrepareAsync(SyncFile file, PlanRequest request, IReadOnlyList<JournalEntry> journal,
        IReadOnlyList<RowException> exceptions, CancellationToken cancellationToken)
    {
        var asked = Enum.GetValues<ChangeKind>().Where(kind => request.Mode.OperationFor(kind) is not null).ToList();
        var condition = PlanSql.InKinds("p.kind", asked);
        var planned = await file.CountAsync($"select count(*) from {file.Sql.Plan} p where {condition}", cancellationToken);
        var done = journal.Where(entry => entry.Done).ToList();
        if (done.Sum(entry => (long)entry.Rows) < planned)
        {
            await file.FillAsync("cdp_done", "kind utinyint, seq_from bigint, seq_to bigint",
                from entry in done from kind in asked where request.Mode.OperationFor(kind) == entry.Operation select $"({(int)kind}, {entry.SeqFrom}, {entry.SeqTo})",
                cancellationToken);
            condition += " and exists (select 1 from temp.cdp_done d where p.kind = d.kind and p.rowid between d.seq_from and d.seq_to)";
        }

        if (exceptions.Count > 0)
        {
            await file.FillAsync("cdp_exceptions", "seq bigint", exceptions.Select(exception => $"({exception.Seq})"), cancellationToken);
            condition += " and p.rowid not in (select seq from temp.cdp_exceptions)";
        }

        return condition;
    }
}
