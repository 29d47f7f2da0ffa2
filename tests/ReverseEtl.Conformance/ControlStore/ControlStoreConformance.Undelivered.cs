using ReverseEtl.Core.State;
using Xunit;

namespace ReverseEtl.Conformance.ControlStore;

public abstract partial class ControlStoreConformance
{
    public static TheoryData<string> Keys { get; } = new(
        "æøå", "😀 family 👨‍👩‍👧", "統一碼", "é", "e\u0301", "İi", " leading and trailing ", "", "it's \"quoted\"; drop table rejected; --",
        "line\r\nbreak\ttab", "[\"a\",1,null]", "%_\\", new string('x', 10_000));

    /// <summary>S16</summary>
    [Fact]
    public async Task S16_A_rejected_row_counts_the_runs_that_refused_it_and_keeps_the_latest_reason()
    {
        await using var store = await OpenAsync();
        await RunAsync(store, "r1", true, Rejected(1, "a", "old", "old words"), Rejected(2, "b"));
        Time.Advance(Minute);
        await RunAsync(store, "r2", true, Rejected(1, "a", "old", "old words"), Rejected(2, "b"));
        Time.Advance(Minute);
        await RunAsync(store, "r3", true, Rejected(5, "a", "new", "new words"), Rejected(6, "a", "newest", "newest words"));

        var row = Assert.Single(await store.ListRejectedAsync(Sync, 10, Cancellation));

        Assert.Equal(new RejectedRow("a", "newest", "newest words", 3, Start, Start + (2 * Minute)), row);
    }

    /// <summary>S16</summary>
    [Fact]
    public async Task S16_Unknown_rows_are_not_rejected_rows()
    {
        await using var store = await OpenAsync();
        await RunAsync(store, "r1", true, Unknown(1, "a"), Rejected(2, "b"));

        Assert.Equal("b", Assert.Single(await store.ListRejectedAsync(Sync, 10, Cancellation)).Key);
        Assert.Equal(1, await store.CountRejectedAsync(Sync, Cancellation));
    }

    /// <summary>S17</summary>
    [Fact]
    public async Task S17_A_delivered_run_settles_the_rows_it_did_not_see_refused_again()
    {
        await using var store = await OpenAsync();
        await RunAsync(store, "r1", true, Rejected(1, "a"), Rejected(2, "b"));

        await RunAsync(store, "r2", true, Rejected(1, "b"));

        var row = Assert.Single(await store.ListRejectedAsync(Sync, 10, Cancellation));
        Assert.Equal(("b", 2), (row.Key, row.Attempts));
    }

    /// <summary>S17</summary>
    [Fact]
    public async Task S17_A_settled_row_that_is_refused_later_is_counted_anew()
    {
        await using var store = await OpenAsync();
        await RunAsync(store, "r1", true, Rejected(1, "a"));
        await RunAsync(store, "r2", true);
        Time.Advance(Minute);

        await RunAsync(store, "r3", true, Rejected(1, "a"));

        var row = Assert.Single(await store.ListRejectedAsync(Sync, 10, Cancellation));
        Assert.Equal((1, Time.GetUtcNow()), (row.Attempts, row.FirstAt));
    }

    /// <summary>S17</summary>
    [Fact]
    public async Task S17_A_run_that_was_not_delivered_settles_nothing()
    {
        await using var store = await OpenAsync();
        await RunAsync(store, "r1", true, Rejected(1, "a"));

        await RunAsync(store, "r2", false);

        Assert.Equal("a", Assert.Single(await store.ListRejectedAsync(Sync, 10, Cancellation)).Key);
    }

    /// <summary>S17</summary>
    [Fact]
    public async Task S17_A_run_settles_only_rows_of_its_own_sync()
    {
        await using var store = await OpenAsync();
        await RunAsync(store, "r1", true, Rejected(1, "a"));
        var other = await TakeAsync(store, "another");

        await store.FinishRunAsync(other, Run("x1", "another") with { Status = RunStatus.Succeeded }, true, Cancellation);

        Assert.Equal(1, await store.CountRejectedAsync(Sync, Cancellation));
        Assert.Equal(0, await store.CountRejectedAsync("another", Cancellation));
    }

    /// <summary>S27</summary>
    [Fact]
    public async Task S27_Rows_that_a_run_leaves_waiting_stay_as_they_were_and_are_counted_on()
    {
        await using var store = await OpenAsync();
        await RunAsync(store, "r1", true, Rejected(1, "a"), Rejected(2, "b"));
        var lease = await BeginAsync(store, "r2");

        await store.KeepRejectedAsync(lease, "r2", ["a", "never refused"], Cancellation);
        await store.FinishRunAsync(lease, Run("r2") with { Status = RunStatus.Partial }, true, Cancellation);
        await store.ReleaseLeaseAsync(lease, Cancellation);

        Assert.Equal(("a", 1), Assert.Single(await store.ListRejectedAsync(Sync, 10, Cancellation)) is var kept ? (kept.Key, kept.Attempts) : default);
        await RunAsync(store, "r3", true, Rejected(1, "a"));
        Assert.Equal(2, Assert.Single(await store.ListRejectedAsync(Sync, 10, Cancellation)).Attempts);
        await Assert.ThrowsAsync<LeaseLostException>(() => store.KeepRejectedAsync(lease, "r2", ["a"], Cancellation));
    }

    /// <summary>S19</summary>
    [Fact]
    public async Task S19_Rejected_rows_are_listed_newest_first_up_to_the_limit_and_counted_without_one()
    {
        await using var store = await OpenAsync();
        await RunAsync(store, "r1", false, Rejected(1, "0 oldest"));
        Time.Advance(Minute);
        await RunAsync(store, "r2", false, Rejected(1, "b"), Rejected(2, "a"));

        Assert.Equal(["a", "b", "0 oldest"], await KeysAsync(10));
        Assert.Equal(["a", "b"], await KeysAsync(2));
        Assert.Empty(await KeysAsync(0));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.ListRejectedAsync(Sync, -1, Cancellation));
        Assert.Equal(3, await store.CountRejectedAsync(Sync, Cancellation));

        async Task<string[]> KeysAsync(int limit) =>
            [.. (await store.ListRejectedAsync(Sync, limit, Cancellation)).Select(row => row.Key)];
    }

    /// <summary>S18</summary>
    [Fact]
    public async Task S18_Quarantine_is_replaced_whole_and_per_sync()
    {
        await using var store = await OpenAsync();
        var lease = await TakeAsync(store);
        var other = await TakeAsync(store, "another");
        QuarantinedRow[] first = [new("null", "null key", 7), new("null", "duplicate key", 2), new("a", "duplicate key", 3)];
        QuarantinedRow[] second = [new("b", "duplicate key", long.MaxValue)];
        await store.SaveQuarantineAsync(other, first, Cancellation);
        await store.SaveQuarantineAsync(lease, first, Cancellation);
        Assert.Equal(first, await store.ListQuarantineAsync(Sync, Cancellation));

        await store.SaveQuarantineAsync(lease, second, Cancellation);

        Assert.Equal(second, await store.ListQuarantineAsync(Sync, Cancellation));
        Assert.Equal(first, await store.ListQuarantineAsync("another", Cancellation));
        await store.SaveQuarantineAsync(lease, [], Cancellation);
        Assert.Empty(await store.ListQuarantineAsync(Sync, Cancellation));
    }

    /// <summary>S20</summary>
    [Theory]
    [MemberData(nameof(Keys))]
    public async Task S20_Keys_and_messages_come_back_as_they_went_in(string key)
    {
        await using (var store = await OpenAsync())
        {
            await RunAsync(store, "r1", true, Rejected(1, key, key, key));
            await store.SaveQuarantineAsync(await TakeAsync(store), [new QuarantinedRow(key, "duplicate key", 2)], Cancellation);
        }

        await using var reopened = await OpenAsync();
        Assert.Equal([Rejected(1, key, key, key)], await reopened.ReadExceptionsAsync("r1", Cancellation));
        var row = Assert.Single(await reopened.ListRejectedAsync(Sync, 10, Cancellation));
        Assert.Equal((key, key, key), (row.Key, row.Code, row.Message));
        Assert.Equal(key, Assert.Single(await reopened.ListQuarantineAsync(Sync, Cancellation)).Key);
    }

    /// <summary>S20</summary>
    [Fact]
    public async Task S20_Keys_that_only_look_alike_are_different_rows()
    {
        await using var store = await OpenAsync();
        string[] keys = ["a", "A", "a ", "ａ", "é", "e\u0301", "ss", "ß"];

        await RunAsync(store, "r1", true, [.. keys.Select((key, index) => Rejected(index + 1, key))]);

        var listed = await store.ListRejectedAsync(Sync, 100, Cancellation);
        Assert.Equal(keys.Order(StringComparer.Ordinal), listed.Select(row => row.Key).Order(StringComparer.Ordinal));
    }
}
