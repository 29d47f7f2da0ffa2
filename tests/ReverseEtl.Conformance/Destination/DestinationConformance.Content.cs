using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using Xunit;

namespace ReverseEtl.Conformance.Destination;

public abstract partial class DestinationConformance
{
    private static readonly string[] Texts =
    [
        "", " padded ", "null", "NaN", "007", "1.0", "a,b;c", "say \"hi\"", "back\\slash", "line\nbreak\r\n", "tab\t", "\u0001\u001f\u007f", "Ærø, 東京, Ψ",
        "😀👩‍👩‍👧", "\u2028\ue000", "</script>&'+", "=1+1", "{\"a\":1}", new('x', 5000),
    ];

    /// <summary>D15</summary>
    [Fact]
    public async Task D15_Any_text_arrives_byte_for_byte()
    {
        await using var harness = await StartAsync();
        NeedsText(harness);
        await using var destination = Open(harness, SyncMode.Upsert);
        Needs(destination, SyncMode.Upsert);
        string[] texts = [.. Texts.Where(text => text.Length <= harness.LongestText && (text.Length > 0 || !harness.EmptyIsNull))];
        var keys = SuiteBatch.Keys(texts.Length);

        await AcceptedAsync(destination, Rows(harness, "b1", Operation.Upsert, keys, texts));

        var held = await HeldAsync(harness, destination);
        Assert.Equal(texts, keys.Select(key => held[key]));
    }

    /// <summary>D16</summary>
    [Fact]
    public async Task D16_A_null_clears_the_field()
    {
        await using var harness = await StartAsync();
        NeedsText(harness);
        await using var destination = Open(harness, SyncMode.Upsert);
        Needs(destination, SyncMode.Upsert);
        await AcceptedAsync(destination, Rows(harness, "b1", Operation.Upsert, "a", "b"));

        await AcceptedAsync(destination, Rows(harness, "b2", Operation.Upsert, ["a"], [null]));

        var held = await HeldAsync(harness, destination);
        Assert.Equal((null, "text of b"), (held["a"], held["b"]));
    }

    /// <summary>D16</summary>
    [Fact]
    public async Task D16_A_null_under_skip_leaves_the_value_that_is_there()
    {
        await using var harness = await StartAsync();
        NeedsText(harness);
        await using var destination = Open(harness, SyncMode.Upsert);
        Needs(destination, SyncMode.Upsert);
        await AcceptedAsync(destination, Rows(harness, "b1", Operation.Upsert, ["a", "b"], ["old", "old"], omitNull: true));

        await AcceptedAsync(destination, Rows(harness, "b2", Operation.Upsert, ["a", "b", "c"], [null, "new", null], omitNull: true));
        await destination.CompleteAsync(Cancellation);

        var rows = (await harness.RowsAsync()).ToDictionary(row => row[harness.KeyField]!);
        Assert.Equal(("old", "new"), (rows["a"][harness.TextField!], rows["b"][harness.TextField!]));
        Assert.DoesNotContain(harness.TextField!, rows["c"].Keys);
    }

    /// <summary>D25</summary>
    [Fact]
    public async Task D25_A_field_that_the_vendor_has_is_left_as_it_is()
    {
        await using var harness = await StartAsync();
        NeedsText(harness);
        Assert.SkipWhen(harness.Type.Describe(harness.Request.Options, harness.Request.Object).ChangedFields is ChangedFields.Never, "the object takes rows whole");
        await using var destination = Open(harness, SyncMode.Upsert);
        Needs(destination, SyncMode.Upsert);
        await AcceptedAsync(destination, Rows(harness, "b1", Operation.Upsert, ["a", "b", "c"], ["old", "old", "old"]));

        await AcceptedAsync(destination, Rows(harness, "b2", Operation.Upsert, ["a", "b", "c"], ["not told", "new", null], known: [true, false, true]));

        var held = await HeldAsync(harness, destination);
        Assert.Equal(("old", "new", "old"), (held["a"], held["b"], held["c"]));
    }

    /// <summary>D17</summary>
    [Fact]
    public async Task D17_A_removal_takes_out_its_rows_and_no_others()
    {
        await using var harness = await StartAsync();
        await using var destination = Open(harness, SyncMode.Mirror);
        Needs(destination, SyncMode.Mirror);
        await AcceptedAsync(destination, Rows(harness, "b1", Operation.Upsert, "a", "b", "c"));

        await AcceptedAsync(destination, Removals(harness, destination, "b2", ["c", "a"]));

        Assert.Equal(Expected(harness, "b"), await HeldAsync(harness, destination));
    }

    /// <summary>D17</summary>
    [Fact]
    public async Task D17_A_removal_carries_the_identifiers_that_the_batch_has()
    {
        await using var harness = await StartAsync();
        await using var destination = Open(harness, SyncMode.Mirror);
        Needs(destination, SyncMode.Mirror);
        await AcceptedAsync(destination, Rows(harness, "b1", Operation.Upsert, "a"));

        await AcceptedAsync(destination, Removals(harness, destination, "b2", ["a"]));

        await destination.CompleteAsync(Cancellation);
        Assert.SkipWhen(harness.RemovedBy("a") is null, "the vendor does not keep what a removal came with");
        Assert.Equal(destination.Descriptor.Identifiers.ToDictionary(name => name, name => (string?)(name == harness.KeyField ? harness.Value("a") : "text of a")), harness.RemovedBy("a")!);
    }

    /// <summary>D17</summary>
    [Fact]
    public async Task D17_Removing_what_is_not_there_is_accepted()
    {
        await using var harness = await StartAsync();
        await using var destination = Open(harness, SyncMode.Mirror);
        Needs(destination, SyncMode.Mirror);
        await AcceptedAsync(destination, Rows(harness, "b1", Operation.Upsert, "a"));

        await AcceptedAsync(destination, Removals(harness, destination, "b2", ["never there"]));

        Assert.Equal(Expected(harness, "a"), await HeldAsync(harness, destination));
    }
}
