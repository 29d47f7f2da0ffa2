using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Http.Shaping;
using Xunit;

namespace ReverseEtl.Conformance.Destination;

/// <summary>
/// What every destination must do: rules of <c>docs/spec/destination.md</c>. The runner makes one instance per test; each harness must
/// begin with an empty vendor.
/// </summary>
public abstract partial class DestinationConformance
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The clock of the connector and the kit. Vendors that take jobs need one that jumps over the waits for their end.</summary>
    protected virtual ManualTime Time { get; } = new();

    /// <summary>Starts a vendor that holds nothing.</summary>
    protected abstract Task<IDestinationHarness> StartAsync();

    /// <summary>Opens the connector as a run does, without what the kit does about failures.</summary>
    protected IDestination Open(IDestinationHarness harness, SyncMode mode, string runId = "run1")
    {
        var request = RequestOf(harness, mode, runId);
        return ShapedDestination.Wrap(harness.Type.Open(request), harness.Type.Describe(request.Options, request.Object), request);
    }

    /// <summary>What a connector is opened for.</summary>
    protected DestinationRequest RequestOf(IDestinationHarness harness, SyncMode mode, string runId = "run1") => harness.Request with
    {
        Mode = mode,
        RunId = runId,
        Key = ["id"],
        Fields = harness.TextField is { } text ? [harness.KeyField, text, .. harness.Always.Keys] : [harness.KeyField, .. harness.Always.Keys],
        Time = Time,
    };

    /// <summary>Skips the test where the object has no field that takes any text.</summary>
    protected static void NeedsText(IDestinationHarness harness) => Assert.SkipWhen(harness.TextField is null, "the object has no field that takes any text and gives it back");

    /// <summary>Skips the test where the object has no such mode.</summary>
    protected static void Needs(IDestination destination, SyncMode mode) =>
        Assert.SkipUnless(destination.Descriptor.Modes.Contains(mode), $"the destination has no mode {mode}");

    /// <summary>What a row asks for in the main mode.</summary>
    protected static Operation Telling(IDestinationHarness harness) => SyncModes.InOrder.First(operation => harness.Main.KindsFor(operation).Contains(ChangeKind.Add));

    /// <summary>Rows whose text is made of their key.</summary>
    protected static ChangeBatch Rows(IDestinationHarness harness, string id, Operation operation, params string[] keys) =>
        Rows(harness, id, operation, keys, [.. keys.Select(key => $"text of {key}")]);

    protected static ChangeBatch Rows(IDestinationHarness harness, string id, Operation operation, string[] keys, string?[] texts, bool omitNull = false, bool[]? known = null)
    {
        List<FieldColumn> fields = [SuiteBatch.Text(harness.KeyField, keys.Select(harness.Value))];
        if (harness.TextField is { } text)
            fields.Add(SuiteBatch.Text(text, texts, omitNull).Knowing(known));
        fields.AddRange(harness.Always.Select(field => SuiteBatch.Text(field.Key, keys.Select(_ => field.Value))));
        return SuiteBatch.Of(id, operation, SuiteBatch.Text("id", keys), [.. fields], []);
    }

    /// <summary>Removals, with what the rows had in the destination's identifiers.</summary>
    protected static ChangeBatch Removals(IDestinationHarness harness, IDestination destination, string id, string[] keys) =>
        SuiteBatch.Of(id, Operation.Remove, SuiteBatch.Text("id", keys), [],
            [.. destination.Descriptor.Identifiers.Select(name => SuiteBatch.Text(name, name == harness.KeyField ? keys.Select(harness.Value) : keys.Select(key => $"text of {key}")))]);

    protected static async Task<DeliveryReport> SendAsync(IDestination destination, ChangeBatch batch)
    {
        using (batch)
        {
            var report = batch.Count <= destination.Descriptor.RowsPerRequest(batch.Operation)
                ? await destination.DeliverAsync(batch, Cancellation)
                : await SendInPartsAsync(destination, batch);
            Assert.Equal(batch.Count, report.Count);
            return report;
        }
    }

    /// <summary>As the runner does where a destination takes fewer rows at once (D20).</summary>
    private static async Task<DeliveryReport> SendInPartsAsync(IDestination destination, ChangeBatch batch)
    {
        var reports = DeliveryReport.For(batch);
        foreach (var rows in Enumerable.Range(0, batch.Count).Chunk(destination.Descriptor.RowsPerRequest(batch.Operation)))
        {
            using var part = batch.Take(rows, $"{batch.Id}-{rows[0]}");
            var report = await destination.DeliverAsync(part, Cancellation);
            Assert.Equal(part.Count, report.Count);
            for (var row = 0; row < rows.Length; row++)
                reports.Set(rows[row], report[row]);
        }

        return reports.Build();
    }

    /// <summary>Sends what must be accepted.</summary>
    protected static async Task AcceptedAsync(IDestination destination, ChangeBatch batch) => Assert.True((await SendAsync(destination, batch)).AllAccepted);

    /// <summary>Completes the run, then tells the text of every record by its key.</summary>
    protected static async Task<SortedDictionary<string, string?>> HeldAsync(IDestinationHarness harness, IDestination destination)
    {
        await destination.CompleteAsync(Cancellation);
        return new(
            (await harness.RowsAsync()).ToDictionary(row => row[harness.KeyField]!, row => harness.TextField is { } text ? row.GetValueOrDefault(text) : null, StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    protected static SortedDictionary<string, string?> Expected(IDestinationHarness harness, params IEnumerable<string> keys) =>
        new(keys.ToDictionary(key => key, key => harness.TextField is null ? null : $"text of {key}", StringComparer.Ordinal), StringComparer.Ordinal);
}
