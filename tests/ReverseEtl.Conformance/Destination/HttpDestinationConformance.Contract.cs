using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Shaping;
using Xunit;

namespace ReverseEtl.Conformance.Destination;

public abstract partial class HttpDestinationConformance
{
    // Each field has the first one that its rule takes.
    private static readonly string[] Samples = ["Ada", "DK", "1", "f", "2026-11-22T10:00:00Z", "ada@example.com", "+4570123456", "12345", """{"a":1}""", "subscribed"];

    /// <summary>D23: with every field there is, in every mode, created, changed, cleared, left out and removed.</summary>
    [Fact]
    [Trait("Category", "Contracts")]
    public async Task D23_Every_request_is_one_that_the_vendor_describes()
    {
        var groups = 1;
        for (var group = 0; group < groups; group++)
        {
            await using var harness = await StartHttpAsync();
            Assert.SkipUnless(harness.HasContract, "no description of this vendor is among the contracts");
            groups = harness.ContractFields.Count;
            await UseAsync(harness, harness.ContractFields[group]);

            Assert.NotEqual(0, harness.Requests);
            var violations = await harness.ContractViolationsAsync(Cancellation);
            Assert.True(violations.Count == 0, string.Join('\n', violations));
        }
    }

    private async Task UseAsync(IHttpDestinationHarness harness, IReadOnlyList<string> fields)
    {
        var spec = harness.Type.Describe(harness.Request.Options, harness.Request.Object);
        foreach (var mode in spec.Modes.OrderByDescending(mode => mode == harness.Main))
        {
            var request = RequestOf(harness, mode, $"{mode}") with { Fields = fields };
            await using var destination = ShapedDestination.Wrap(harness.Type.Open(request), spec, request);
            await destination.CheckAsync(Cancellation);
            foreach (var operation in SyncModes.InOrder.Reverse().Where(operation => mode.KindsFor(operation).Count > 0))
                await SendAllAsync(harness, spec, destination, mode, operation, fields);
            await destination.CompleteAsync(Cancellation);
        }
    }

    private static async Task SendAllAsync(
        IHttpDestinationHarness harness, ObjectSpec spec, IDestination destination, SyncMode mode, Operation operation, IReadOnlyList<string> fields)
    {
        // Without one of them, a row is nobody's.
        var kept = fields.Contains(harness.KeyField) ? [harness.KeyField] : fields.Where(name => spec.Field(name) is { Identifies: true } || spec.OneOf.Contains(name));
        string[] clearable = [.. fields.Where(name => spec.Field(name) is not { Required: true }).Except(kept)];
        var number = 0;

        // A row to a batch, as the fields that tell rows apart have the same value in all of them.
        ChangeBatch Batch(string key, IEnumerable<string> names, string[] cleared, bool omitNull = false)
        {
            FieldColumn[] columns = [.. names.Select(name => SuiteBatch.Text(name, [cleared.Contains(name) ? null : Sample(harness, spec, name, key)], omitNull))];
            var (id, keys) = ($"{mode}-{operation}-{number++}", SuiteBatch.Text("id", [key]));
            return operation is Operation.Remove ? SuiteBatch.Of(id, operation, keys, [], columns) : SuiteBatch.Of(id, operation, keys, columns, []);
        }

        if (operation is Operation.Remove)
        {
            await SendAsync(destination, Batch("a", destination.Descriptor.Identifiers, []));
            return;
        }

        var report = await SendAsync(destination, Batch("a", fields, []));
        if (mode == harness.Main)
            Assert.True(report.AllAccepted, $"{report[0]}");
        await SendAsync(destination, Batch("b", fields, []));
        await SendAsync(destination, Batch("a", fields, clearable));
        await SendAsync(destination, Batch("b", fields, clearable, omitNull: true));
        foreach (var name in clearable)
            await SendAsync(destination, Batch("a", fields, [name]));
        if (!destination.Descriptor.Replaces)
            return;
        var whole = new Replacement($"{mode}-whole", 1);
        await SendAsync(destination, Batch("a", fields, []).PartOf(whole));
        await SendAsync(destination, Batch("a", fields, []).PartOf(whole with { Closing = 1 }));
    }

    private static string Sample(IHttpDestinationHarness harness, ObjectSpec spec, string name, string key)
    {
        if (name == harness.KeyField)
            return harness.Value(key);
        if (harness.Always.TryGetValue(name, out var always))
            return always;
        if (harness.Sample(name) is { } own)
            return own;
        return spec.Field(name)?.Rule is { } rule ? Samples.First(sample => Takes(rule, name, sample)) : Samples[0];
    }

    private static bool Takes(IFieldRule rule, string name, string sample)
    {
        using var given = SuiteBatch.Text(name, [sample]);
        using var shaped = new FieldColumnBuilder(name, rule.Type);
        if (rule.Shape(given, 0, new ShapeContext(name, "DK", Hashed: false), shaped) is not null)
            return false;
        using var column = shaped.Build();
        return !column.IsNull(0);
    }
}
