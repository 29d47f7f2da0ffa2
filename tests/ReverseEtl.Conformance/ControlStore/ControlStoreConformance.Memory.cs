using Xunit;

namespace ReverseEtl.Conformance.ControlStore;

public abstract partial class ControlStoreConformance
{
    /// <summary>S28</summary>
    [Fact]
    public async Task S28_What_a_destination_remembers_comes_back_and_is_its_own()
    {
        await using (var store = await OpenAsync())
        {
            await store.RememberAsync("ads", new Dictionary<string, string?> { ["audience/VIP ' \" 名"] = "1", ["b"] = "2", ["c"] = "" }, Cancellation);
            await store.RememberAsync("crm", new Dictionary<string, string?> { ["b"] = "other" }, Cancellation);
            await store.RememberAsync("ads", new Dictionary<string, string?> { ["b"] = "3", ["c"] = null, ["never there"] = null }, Cancellation);
        }

        await using var reopened = await OpenAsync();
        var known = await reopened.RecallAsync("ads", ["audience/VIP ' \" 名", "b", "c", "B"], Cancellation);
        Assert.Equal([("audience/VIP ' \" 名", "1"), ("b", "3")], known.Select(pair => (pair.Key, pair.Value)).Order());
        Assert.Equal("other", (await reopened.RecallAsync("crm", ["b"], Cancellation))["b"]);
        Assert.Empty(await reopened.RecallAsync("ads", [], Cancellation));
        Assert.Equal([("audience/VIP ' \" 名", "1"), ("b", "3")], (await reopened.RecallAllAsync("ads", Cancellation)).Select(pair => (pair.Key, pair.Value)).Order());
        Assert.Empty(await reopened.RecallAllAsync("nobody", Cancellation));
    }

    /// <summary>S14, for what the destination counted.</summary>
    [Fact]
    public async Task S14_The_counters_that_came_with_the_first_answer_stand()
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store, "r1");
        var entry = Batch("r1", 1, 3);
        await store.IntendAsync(lease, entry, Cancellation);
        var first = entry with { Done = true, Reported = """{"num_received":3}""" };
        await store.DoneAsync(lease, first, [], Cancellation);
        await store.DoneAsync(lease, first with { Reported = """{"num_received":9}""" }, [], Cancellation);
        Assert.Equal([first], await store.ReadJournalAsync("r1", Cancellation));
    }
}
