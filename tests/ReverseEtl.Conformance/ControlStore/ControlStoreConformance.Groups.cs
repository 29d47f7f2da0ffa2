using ReverseEtl.Core.State;
using Xunit;

namespace ReverseEtl.Conformance.ControlStore;

public abstract partial class ControlStoreConformance
{
    /// <summary>S1, S4, S13, S20: writes that come at once may share a transaction, and are still each whole, absent or refused by themselves.</summary>
    [Fact]
    public async Task S20_Of_many_writes_at_once_those_that_are_refused_leave_the_others_alone()
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store, "r1");
        var lost = lease with { Fence = lease.Fence - 1 };

        for (var round = 0; round < 20; round++)
        {
            var first = round * 1000;
            var writes = Enumerable.Range(0, 30).Select(number => Task.Run(() => (number % 3) switch
            {
                0 => store.IntendAsync(lease, Ten(first + (10 * number)), Cancellation),
                1 => store.IntendAsync(lost, Ten(first + (10 * number)), Cancellation),
                _ => store.DoneAsync(lease, Ten(first + (10 * number)), [], Cancellation),
            })).ToList();
            await Task.WhenAll(writes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

            for (var number = 0; number < writes.Count; number++)
            {
                if (number % 3 == 0)
                    await writes[number];
                else if (number % 3 == 1)
                    await Assert.ThrowsAsync<LeaseLostException>(() => writes[number]);
                else
                    await Assert.ThrowsAsync<InvalidOperationException>(() => writes[number]);
            }
        }

        // Another instance sees what was reported as written, and nothing else.
        await using var other = await OpenAsync();
        Assert.Equal(
            Enumerable.Range(0, 20).SelectMany(round => Enumerable.Range(0, 10).Select(number => (round * 1000L) + (30 * number))),
            (await other.ReadJournalAsync("r1", Cancellation)).Select(entry => entry.SeqFrom));
    }

    /// <summary>S1, S20</summary>
    [Fact]
    public async Task S20_A_write_that_was_cancelled_is_written_or_throws_and_never_both()
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store, "r1");
        var written = new List<long>();
        for (var round = 0; round < 200; round++)
        {
            using var cancel = new CancellationTokenSource();
            var first = round * 100;
            var beside = Task.Run(() => store.IntendAsync(lease, Ten(first), Cancellation));
            var write = Task.Run(() => store.IntendAsync(lease, Ten(first + 50), cancel.Token));
            var cancelling = Task.Run(cancel.Cancel);
            await Task.WhenAll(beside, cancelling);
            written.Add(first);
            try
            {
                await write;
                written.Add(first + 50);
            }
            catch (OperationCanceledException)
            {
            }
        }

        Assert.Equal(written, (await store.ReadJournalAsync("r1", Cancellation)).Select(entry => entry.SeqFrom));
    }

    private static JournalEntry Ten(long from) => Batch("r1", from, from + 9);
}
