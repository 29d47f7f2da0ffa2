using ReverseEtl.Core.Delivery;
using Xunit;

namespace ReverseEtl.Conformance.Destination;

/// <summary>Objects that can be replaced as a whole.</summary>
public abstract partial class DestinationConformance
{
    /// <summary>D24</summary>
    [Fact]
    public async Task D24_When_a_replacement_is_closed_its_rows_are_there_and_no_others()
    {
        await using var harness = await StartAsync();
        await using var destination = await OpenReplacingAsync(harness);
        Assert.True(destination.Descriptor.ReplaySafe);

        await ReplaceAsync(harness, destination, "run1", ["a", "b"], ["c", "old"]);
        Assert.Equal(Expected(harness, "a", "b", "c", "old"), await HeldAsync(harness, destination));

        Time.Advance(TimeSpan.FromMinutes(1));
        await ReplaceAsync(harness, destination, "run2", ["b"]);
        Assert.Equal(Expected(harness, "b"), await HeldAsync(harness, destination));

        // Changes go on from there.
        await AcceptedAsync(destination, Rows(harness, "b9", Operation.Upsert, "z"));
        await AcceptedAsync(destination, Removals(harness, destination, "b10", ["b"]));
        Assert.Equal(Expected(harness, "z"), await HeldAsync(harness, destination));
    }

    /// <summary>D24</summary>
    [Fact]
    public async Task D24_Every_batch_of_a_replacement_may_be_repeated_also_by_the_next_process()
    {
        await using var harness = await StartAsync();
        await using (var first = await OpenReplacingAsync(harness))
        {
            await AcceptedAsync(first, Part(harness, "run1", "b1", "a", "b"));
            await AcceptedAsync(first, Part(harness, "run1", "b1", "a", "b"));
        }

        Time.Advance(TimeSpan.FromMinutes(1));
        await using (var second = Open(harness, SyncMode.Mirror, "run2"))
        {
            await AcceptedAsync(second, Part(harness, "run1", "b1", "a", "b"));
            await AcceptedAsync(second, Part(harness, "run1", "b2", "c"));
            await AcceptedAsync(second, Closing(harness, "run1", "a", 3));
        }

        Time.Advance(TimeSpan.FromMinutes(1));
        await using var third = Open(harness, SyncMode.Mirror, "run3");
        await AcceptedAsync(third, Closing(harness, "run1", "a", 3));
        await AcceptedAsync(third, Closing(harness, "run1", "a", 3));

        Assert.Equal(Expected(harness, "a", "b", "c"), await HeldAsync(harness, third));
    }

    /// <summary>D24</summary>
    [Fact]
    public async Task D24_One_that_was_left_alone_does_not_hinder_the_next()
    {
        await using var harness = await StartAsync();
        await using var destination = await OpenReplacingAsync(harness);
        await AcceptedAsync(destination, Part(harness, "run1", "b1", "a", "b"));

        Time.Advance(TimeSpan.FromMinutes(1));
        await ReplaceAsync(harness, destination, "run2", ["c", "d"]);

        Assert.Equal(Expected(harness, "c", "d"), await HeldAsync(harness, destination));
    }

    /// <summary>D24</summary>
    [Fact]
    public async Task D24_One_of_which_nothing_is_known_any_more_is_not_closed()
    {
        await using var harness = await StartAsync();
        await using (var destination = await OpenReplacingAsync(harness))
            await ReplaceAsync(harness, destination, "run1", ["a", "b"]);
        Time.Advance(TimeSpan.FromHours(2));
        var request = RequestOf(harness, SyncMode.Mirror) with { Memory = new ForgetfulMemory() };
        await using var other = harness.Type.Open(request);

        var report = await SendAsync(other, Closing(harness, "run2", "a", 1));

        Assert.Equal((OutcomeKind.Rejected, Replacement.Ended), (report[0].Kind, report[0].Code));
        Assert.Equal(Expected(harness, "a", "b"), await HeldAsync(harness, other));
    }

    /// <summary>D24</summary>
    [Fact]
    public async Task D24_Counting_changes_nothing_and_finds_none_where_there_is_no_object_yet()
    {
        await using var harness = await StartAsync();
        await using var destination = await OpenReplacingAsync(harness, stranger: null);
        await destination.CheckAsync(Cancellation);

        Assert.Equal(0, await destination.CountAsync(Cancellation));

        Assert.Empty(await harness.RowsAsync());
        await AcceptedAsync(destination, Rows(harness, "b1", Operation.Upsert, "a"));
        Assert.True(await destination.CountAsync(Cancellation) is null or 1);
        Assert.Equal(Expected(harness, "a"), await HeldAsync(harness, destination));
    }

    /// <summary>Opens a destination that holds a row which others put there; skips the test where it makes no replacements.</summary>
    private async Task<IDestination> OpenReplacingAsync(IDestinationHarness harness, string? stranger = "stranger")
    {
        var destination = Open(harness, SyncMode.Mirror);
        Assert.SkipUnless(destination.Descriptor.Replaces, "the object cannot be replaced as a whole");
        if (stranger is not null)
            await AcceptedAsync(destination, Rows(harness, "b0", Operation.Upsert, stranger));
        Time.Advance(TimeSpan.FromMinutes(1));
        return destination;
    }

    /// <summary>As the runner does: all batches, then a row of the first one, to close it.</summary>
    private static async Task ReplaceAsync(IDestinationHarness harness, IDestination destination, string run, params string[][] batches)
    {
        for (var number = 0; number < batches.Length; number++)
            await AcceptedAsync(destination, Part(harness, run, $"{run}-{number}", batches[number]));
        await AcceptedAsync(destination, Closing(harness, run, batches[0][0], batches.Sum(batch => batch.Length)));
    }

    private static ChangeBatch Part(IDestinationHarness harness, string run, string id, params string[] keys) =>
        Rows(harness, id, Operation.Upsert, keys).PartOf(new Replacement(run, 3));

    private static ChangeBatch Closing(IDestinationHarness harness, string run, string key, int accepted) =>
        Rows(harness, $"{run}-close", Operation.Upsert, key).PartOf(new Replacement(run, 3) { Closing = accepted });
}
