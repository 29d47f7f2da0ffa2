using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Warehouses.InWarehouse;

/// <summary>Rows that were sent to a destination which stands no repeats, and never answered for.</summary>
internal static class HeldRows
{
    /// <summary>All of them, each with the number that it is held under.</summary>
    public static async Task<IReadOnlyList<(long Id, HeldRow Held)>> ListAsync(SyncSpace space, SyncQuery query, CancellationToken cancellationToken)
    {
        if (space.Kept is null)
            return [];
        using var page = await space.Session.QueryAsync(
            new KeptSql(space, query).ListHeld, [FieldType.Integer, FieldType.Integer, .. query.Key.Select(column => column.Type)], null, cancellationToken);
        var key = page.Columns.Skip(2).ToList();
        return [.. Enumerable.Range(0, page.Count).Select(row => (page[0].Integer(row), new HeldRow(RowKey.Text(key, row), (ChangeKind)page[1].Integer(row))))];
    }
}
