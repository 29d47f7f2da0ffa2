using System.Text;
using System.Text.Json;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Conformance.Planner;

/// <summary>A destination in memory: what it holds by key, as the JSON that it was told, and every batch in the order of arrival.</summary>
public sealed class MemoryDestination : IDestination
{
    private readonly Lock _gate = new();
    private int _underWay;

    private readonly Dictionary<string, HashSet<string>> _replacements = new(StringComparer.Ordinal);

    public Dictionary<string, string> Rows { get; } = new(StringComparer.Ordinal);

    public List<string> Events { get; } = [];

    public Dictionary<string, string> RemovedIdentifiers { get; } = new(StringComparer.Ordinal);

    public List<(string Id, Operation Operation, int Rows)> Batches { get; } = [];

    /// <summary>The answer to a row, where it is not accepted.</summary>
    public Func<string, RowOutcome?> Refuse { get; set; } = _ => null;

    /// <summary>True where a row is applied and the answer is lost.</summary>
    public Predicate<string> LosesAnswer { get; set; } = _ => false;

    /// <summary>Called before a batch is applied; may throw.</summary>
    public Action<ChangeBatch> Before { get; set; } = _ => { };

    public bool ReplaySafe { get; set; } = true;

    /// <summary>True where a replacement empties it at once, and not only when it is closed.</summary>
    public bool EmptiesFirst { get; set; }

    /// <summary>What it answers to the batch that closes a replacement, where that is not accepted.</summary>
    public RowOutcome? RefusesToClose { get; set; }

    /// <summary>How many members it says that it has.</summary>
    public Func<long?>? Counts { get; set; }

    public IReadOnlyList<string> Identifiers { get; set; } = [];

    /// <summary>True where fields that are not told keep their value.</summary>
    public bool PartialUpdates { get; set; }

    public int MaxBatchRows { get; set; } = 7;

    public int? MaxRemovalRows { get; set; }

    public int? MaxBatchBytes { get; set; }

    public int Concurrency { get; set; } = 3;

    /// <summary>How many batches were under way at once, at the most.</summary>
    public int MostAtOnce { get; private set; }

    public int Completed { get; private set; }

    public DestinationDescriptor Descriptor => new()
    {
        Modes = Enum.GetValues<SyncMode>().ToHashSet(),
        MaxBatchRows = MaxBatchRows,
        MaxRemovalRows = MaxRemovalRows,
        MaxBatchBytes = MaxBatchBytes,
        Concurrency = Concurrency,
        ReplaySafe = ReplaySafe,
        Identifiers = Identifiers,
        PartialUpdates = PartialUpdates,
        Replaces = true,
    };

    public ValueTask CheckAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<long?> CountAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Counts is null ? Rows.Count : Counts());

    public async ValueTask<DeliveryReport> DeliverAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        lock (_gate)
            MostAtOnce = Math.Max(MostAtOnce, ++_underWay);
        try
        {
            Before(batch);
            // So that others can come meanwhile.
            await Task.Yield();
            return Apply(batch);
        }
        finally
        {
            lock (_gate)
                _underWay--;
        }
    }

    private DeliveryReport Apply(ChangeBatch batch)
    {
        lock (_gate)
        {
            Batches.Add((batch.Id, batch.Operation, batch.Count));
            if (batch.Replacement is { } replacement)
                Begin(replacement);
            if (batch.Replacement is { Closing: not null } && RefusesToClose is { } refusal)
                return DeliveryReport.All(batch, refusal);
            var report = DeliveryReport.For(batch);
            for (var row = 0; row < batch.Count; row++)
                report.Set(row, Answer(batch, row));
            if (batch.Replacement is { Closing: not null } closing)
                Close(closing);
            return report.Build();
        }
    }

    private void Begin(Replacement replacement)
    {
        if (_replacements.TryAdd(replacement.RunId, []) && EmptiesFirst)
            Rows.Clear();
    }

    private void Close(Replacement replacement)
    {
        foreach (var stranger in Rows.Keys.Except(_replacements[replacement.RunId]).ToList())
            Rows.Remove(stranger);
    }

    public ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        Completed++;
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private RowOutcome Answer(ChangeBatch batch, int row)
    {
        var key = batch.KeyText(row);
        var outcome = Refuse(key) ?? Apply(batch, row);
        return LosesAnswer(key) ? RowOutcome.Unknown("timeout", "no answer") : outcome;
    }

    private RowOutcome Apply(ChangeBatch batch, int row)
    {
        var key = batch.KeyText(row);
        if (batch.Replacement is { } replacement)
            _replacements[replacement.RunId].Add(key);
        switch (batch.Operation)
        {
            case Operation.Remove:
                RemovedIdentifiers[key] = Json(batch.Identifiers, row);
                Rows.Remove(key);
                break;
            case Operation.Append:
                Events.Add(Json(batch.Fields, row));
                break;
            default:
                Rows[key] = PartialUpdates && Rows.TryGetValue(key, out var known) ? Merge(known, Json(batch.Fields, row)) : Json(batch.Fields, row);
                break;
        }

        return RowOutcome.Accepted;
    }

    // Values as they were written: to write them anew would write some of them otherwise.
    private static string Merge(string known, string told)
    {
        using var before = JsonDocument.Parse(known);
        using var after = JsonDocument.Parse(told);
        var merged = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in before.RootElement.EnumerateObject().Concat(after.RootElement.EnumerateObject()))
            merged[field.Name] = field.Value.GetRawText();
        return $"{{{string.Join(',', merged.Select(field => $"\"{field.Key}\":{field.Value}"))}}}";
    }

    public static string Json(IReadOnlyList<FieldColumn> columns, int row)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, JsonText.Body))
            ChangeBatch.WriteObject(writer, columns, row);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
