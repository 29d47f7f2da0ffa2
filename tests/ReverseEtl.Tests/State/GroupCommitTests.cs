using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;
using ReverseEtl.State.Sqlite;

namespace ReverseEtl.Tests.State;

/// <summary>Writes that wait at the same time share a transaction, and are still each whole, absent or refused by themselves (S1, S4, S13, S20).</summary>
public sealed class GroupCommitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Of_many_writes_at_once_those_that_are_refused_leave_the_others_alone()
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store);
        var lost = lease with { Fence = lease.Fence - 1 };

        for (var round = 0; round < 20; round++)
        {
            var first = round * 1000;
            var writes = Enumerable.Range(0, 30).Select(number => Task.Run(() => (number % 3) switch
            {
                0 => store.IntendAsync(lease, Batch(first + (10 * number)), None),
                1 => store.IntendAsync(lost, Batch(first + (10 * number)), None),
                _ => store.DoneAsync(lease, Batch(first + (10 * number)), [], None),
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

        // Another connection sees what was reported as written, and nothing else.
        await using var other = await OpenAsync();
        Assert.Equal(
            Enumerable.Range(0, 20).SelectMany(round => Enumerable.Range(0, 10).Select(number => (round * 1000L) + (30 * number))),
            (await other.ReadJournalAsync("run1", None)).Select(entry => entry.SeqFrom));
    }

    [Fact]
    public async Task A_write_that_was_cancelled_is_written_or_throws_and_never_both()
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store);
        var written = new List<long>();
        for (var round = 0; round < 200; round++)
        {
            using var cancel = new CancellationTokenSource();
            var first = round * 100;
            var beside = Task.Run(() => store.IntendAsync(lease, Batch(first), None));
            var write = Task.Run(() => store.IntendAsync(lease, Batch(first + 50), cancel.Token));
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

        Assert.Equal(written, (await store.ReadJournalAsync("run1", None)).Select(entry => entry.SeqFrom));
    }

    private Task<SqliteControlStore> OpenAsync() => SqliteControlStore.OpenAsync(_folder.File("control.db"), TimeProvider.System, None);

    private static async Task<Lease> BeginAsync(SqliteControlStore store)
    {
        var lease = (await store.AcquireLeaseAsync("sync", "host:1", TimeSpan.FromMinutes(1), None)).Lease!;
        await store.BeginRunAsync(lease, new RunRecord { RunId = "run1", Sync = "sync", Status = RunStatus.Running, AsOf = DateTimeOffset.UnixEpoch }, None);
        return lease;
    }

    private static JournalEntry Batch(long from) => new("run1", Operation.Upsert, from, from + 9, 10, Done: false);
}
