using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Vendors;

/// <summary>
/// Rows that a vendor refuses by naming a value of theirs: an address, an id. Where it refused more rows than it named, nothing is known of
/// those that it did not name.
/// </summary>
/// <param name="batch">The rows.</param>
public sealed class NamedRefusals(ChangeBatch batch)
{
    private readonly Dictionary<int, RowOutcome> _outcomes = [];
    private readonly Dictionary<string, ILookup<string, int>> _rows = new(StringComparer.Ordinal);

    /// <summary>The vendor names a value: the rows with just this value have an outcome or, where there are none, those that differ from it in case, as vendors change that.</summary>
    /// <returns>False where no row has it.</returns>
    public bool Add(string field, string value, RowOutcome outcome)
    {
        if (batch.Fields.Concat(batch.Identifiers).FirstOrDefault(candidate => candidate.Name == field) is not { } column)
            return false;
        if (!_rows.TryGetValue(field, out var rows))
            _rows.Add(field, rows = Enumerable.Range(0, batch.Count).ToLookup(row => column.Text(row) ?? "", StringComparer.OrdinalIgnoreCase));
        var isExact = rows[value].Any(row => column.Text(row) == value);
        foreach (var row in rows[value].Where(row => !isExact || column.Text(row) == value))
            Add(row, outcome);
        return rows.Contains(value);
    }

    /// <summary>The vendor points at a row.</summary>
    public void Add(int row, RowOutcome outcome) => _outcomes.TryAdd(row, outcome);

    /// <summary>What became of all rows.</summary>
    /// <param name="refused">How many the vendor says that it refused.</param>
    /// <param name="unnamed">What is known of the others where it named fewer.</param>
    public DeliveryReport Build(double refused, RowOutcome unnamed) =>
        DeliveryReport.All(batch, _outcomes.Count >= refused ? RowOutcome.Accepted : unnamed).WithUnsent(batch, _outcomes);
}
