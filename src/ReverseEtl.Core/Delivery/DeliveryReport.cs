namespace ReverseEtl.Core.Delivery;

/// <summary>Exactly one outcome for every row of a batch; it cannot be built otherwise.</summary>
public sealed class DeliveryReport
{
    private readonly RowOutcome _same;
    private readonly RowOutcome[]? _outcomes;

    private DeliveryReport(int count, RowOutcome same, RowOutcome[]? outcomes) => (Count, _same, _outcomes) = (count, same, outcomes);

    /// <summary>Rows of the batch.</summary>
    public int Count { get; }

    /// <summary>
    /// True where the destination refused the request as a whole, so that it is not known which row is at fault. The batch is then
    /// cut in halves until the bad row stands alone.
    /// </summary>
    public bool IsWholeBatch { get; private init; }

    /// <summary>What the destination itself counted, in its own words: <c>num_received</c>. Empty where it tells of rows.</summary>
    public IReadOnlyDictionary<string, long> Reported { get; init; } = new Dictionary<string, long>();

    /// <summary>The same outcomes, with the destination's own counters.</summary>
    public DeliveryReport With(IReadOnlyDictionary<string, long> reported) =>
        new(Count, _same, _outcomes) { IsWholeBatch = IsWholeBatch, Reported = reported };

    /// <summary>The outcome of a row, by its index in the batch.</summary>
    public RowOutcome this[int row]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
            return _outcomes is null ? _same : _outcomes[row];
        }
    }

    /// <summary>True where one look answers for every row.</summary>
    public bool AllAccepted => _outcomes is null ? _same.IsAccepted : _outcomes.All(outcome => outcome.IsAccepted);

    /// <summary>The same outcome for every row, as the destination answered for each of them.</summary>
    public static DeliveryReport All(ChangeBatch batch, RowOutcome outcome) => new(batch.Count, outcome, null);

    /// <summary>The destination refused the batch as a whole.</summary>
    public static DeliveryReport BatchRejected(ChangeBatch batch, string code, string message) => BatchRejected(batch, RowOutcome.Rejected(code, message));

    /// <inheritdoc cref="BatchRejected(ChangeBatch, string, string)"/>
    public static DeliveryReport BatchRejected(ChangeBatch batch, RowOutcome refusal) => new(batch.Count, refusal, null) { IsWholeBatch = true };

    /// <summary>Collects outcomes that the destination reports row by row.</summary>
    public static DeliveryReportBuilder For(ChangeBatch batch) => new(batch);

    internal static DeliveryReport Of(RowOutcome[] outcomes) => new(outcomes.Length, default, outcomes);
}

/// <summary>Collects outcomes by key (the rule) or by index (where the destination echoes the request's order by contract).</summary>
public sealed class DeliveryReportBuilder
{
    private readonly ChangeBatch _batch;
    private readonly RowOutcome?[] _outcomes;
    private Dictionary<string, int>? _rows;

    internal DeliveryReportBuilder(ChangeBatch batch) => (_batch, _outcomes) = (batch, new RowOutcome?[batch.Count]);

    /// <summary>Sets the outcome of a row by its index.</summary>
    /// <exception cref="InvalidOperationException">The row has an outcome already.</exception>
    public void Set(int row, RowOutcome outcome)
    {
        if (_outcomes[row] is not null)
            throw new InvalidOperationException($"row {_batch.KeyText(row)} was given two outcomes");
        _outcomes[row] = outcome;
    }

    /// <summary>Sets the outcome of a row by its key; false where the batch has no such key or it was told of before.</summary>
    public bool TrySet(string key, RowOutcome outcome)
    {
        _rows ??= Enumerable.Range(0, _batch.Count).ToDictionary(_batch.KeyText, StringComparer.Ordinal);
        if (!_rows.TryGetValue(key, out var row) || _outcomes[row] is not null)
            return false;
        _outcomes[row] = outcome;
        return true;
    }

    /// <summary>The report.</summary>
    /// <exception cref="InvalidOperationException">A row has no outcome.</exception>
    public DeliveryReport Build()
    {
        var missing = Array.FindIndex(_outcomes, outcome => outcome is null);
        if (missing >= 0)
            throw new InvalidOperationException($"row {_batch.KeyText(missing)} was given no outcome");
        return DeliveryReport.Of(Array.ConvertAll(_outcomes, outcome => outcome!.Value));
    }

    /// <summary>The report, with one outcome for all rows that the destination did not name.</summary>
    public DeliveryReport BuildWithRest(RowOutcome rest) =>
        DeliveryReport.Of(Array.ConvertAll(_outcomes, outcome => outcome ?? rest));
}
