using ReverseEtl.Core.State;
using Xunit;

namespace ReverseEtl.Conformance.ControlStore;

public abstract partial class ControlStoreConformance
{
    /// <summary>S1, S25</summary>
    [Fact]
    public async Task S25_Orders_are_listed_in_reverse_of_their_recording_of_one_sync_or_of_all_up_to_the_limit()
    {
        AuditEntry[] entries =
        [
            Order("a", "r1"), Order("b", null), Order("A", "r2"),
            // Recorded after the clock was set back, and twice the same.
            Order("a", "r3") with { At = Start - (60 * Minute) }, Order("a", "r3") with { At = Start - (60 * Minute) },
        ];
        await using (var store = await OpenAsync())
        {
            foreach (var entry in entries)
                await store.RecordAuditAsync(null, entry, Cancellation);
        }

        await using var reopened = await OpenAsync();
        Assert.Equal(entries.Reverse(), await reopened.ListAuditAsync(null, 10, Cancellation));
        Assert.Equal([entries[4], entries[3]], await reopened.ListAuditAsync(null, 2, Cancellation));
        Assert.Equal([entries[4], entries[3], entries[0]], await reopened.ListAuditAsync("a", 3, Cancellation));
        Assert.Equal([entries[2]], await reopened.ListAuditAsync("A", 10, Cancellation));
        Assert.Empty(await reopened.ListAuditAsync(null, 0, Cancellation));
        Assert.Empty(await reopened.ListAuditAsync("c", 10, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => reopened.ListAuditAsync(null, -1, Cancellation));
    }

    /// <summary>S25</summary>
    [Fact]
    public async Task S25_An_order_under_a_lease_is_of_its_sync_and_refused_where_the_lease_was_lost()
    {
        await using var store = await OpenAsync();
        var lease = await TakeAsync(store);
        await store.RecordAuditAsync(lease, Order(Sync, "r1"), Cancellation);

        await Assert.ThrowsAsync<ArgumentException>(() => store.RecordAuditAsync(lease, Order("another", "r1"), Cancellation));
        await store.ReleaseLeaseAsync(lease, Cancellation);
        await Assert.ThrowsAsync<LeaseLostException>(() => store.RecordAuditAsync(lease, Order(Sync, "r2"), Cancellation));

        Assert.Equal([Order(Sync, "r1")], await store.ListAuditAsync(null, 10, Cancellation));
    }

    /// <summary>S20, S25</summary>
    [Theory]
    [MemberData(nameof(Keys))]
    public async Task S25_An_order_comes_back_as_it_went_in(string text)
    {
        await using var store = await OpenAsync();
        var entry = new AuditEntry(Start, text, text, text, text, text);

        await store.RecordAuditAsync(null, entry, Cancellation);

        Assert.Equal([entry], await store.ListAuditAsync(text, 10, Cancellation));
    }

    private static AuditEntry Order(string sync, string? runId) =>
        new(Start, sync, runId, "ann@host process 1", "allow-removed", "--allow-removed 60%");
}
