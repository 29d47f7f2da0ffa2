using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;
using ReverseEtl.IntegrationTests.Harness;
using static ReverseEtl.IntegrationTests.State.StateDatabase;

namespace ReverseEtl.IntegrationTests.State;

/// <summary>The connection is lost at every commit of a run, before the server has heard of it or after: each write is there once.</summary>
public sealed class PostgresLostCommitTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_write_whose_commit_got_no_answer_is_written_once(bool isCommitted)
    {
        var database = await CreateAsync();
        await using var proxy = new CuttingProxy(database.Server.Host!, database.Server.Port);
        await using var store = await database.OpenAsync(options: database.Options(connection => (connection.Host, connection.Port) = ("127.0.0.1", proxy.Port)));
        await using var witness = await database.OpenAsync();
        var cuts = 0;
        var rejected = new RowException(3, "c", RowOutcome.Rejected("bad", "no"));
        var order = new AuditEntry(DateTimeOffset.UnixEpoch, Sync, "run1", "ann", "full", "--full");

        Lease? lease = null;
        await CutAsync(async () => lease = (await store.AcquireLeaseAsync(Sync, "host:1", Minute, Stop)).Lease);
        Assert.Equal(new Lease(Sync, "host:1", 1), lease);
        await CutAsync(() => store.RenewLeaseAsync(lease!, Minute, Stop));
        await CutAsync(() => store.BeginRunAsync(lease!, Run("run1"), Stop));
        await CutAsync(() => store.RecordAuditAsync(lease, order, Stop));
        await CutAsync(() => store.RecordAuditAsync(null, order, Stop));
        await CutAsync(() => store.SaveQuarantineAsync(lease!, [new QuarantinedRow("q", "null key", 2)], Stop));
        await CutAsync(() => store.IntendAsync(lease!, Batch(1), Stop));
        await CutAsync(() => store.WithdrawAsync(lease!, Batch(1), Stop));
        await CutAsync(() => store.IntendAsync(lease!, Batch(1), Stop));
        await CutAsync(() => store.DoneAsync(lease!, Batch(1), [rejected], Stop));
        await CutAsync(() => store.KeepRejectedAsync(lease!, "run1", ["c"], Stop));
        await CutAsync(() => store.RememberAsync("ads", new Dictionary<string, string?> { ["audience"] = "7" }, Stop));

        Assert.Equal([order, order], await witness.ListAuditAsync(null, 10, Stop));
        Assert.Equal([new QuarantinedRow("q", "null key", 2)], await witness.ListQuarantineAsync(Sync, Stop));
        Assert.Equal([Batch(1) with { Done = true }], await witness.ReadJournalAsync("run1", Stop));
        Assert.Equal([rejected], await witness.ReadExceptionsAsync("run1", Stop));
        Assert.Equal(1, Assert.Single(await witness.ListRejectedAsync(Sync, 10, Stop)).Attempts);
        Assert.Equal("7", (await witness.RecallAsync("ads", ["audience"], Stop))["audience"]);

        await CutAsync(() => store.FinishRunAsync(lease!, Run("run1") with { Status = RunStatus.Partial }, true, Stop));
        await CutAsync(() => store.ReleaseLeaseAsync(lease!, Stop));
        Assert.Equal([Run("run1") with { Status = RunStatus.Partial }], await witness.ListRunsAsync(null, 10, Stop));
        Assert.Null(await witness.FindLeaseAsync(Sync, Stop));
        Assert.Equal(2, (await witness.AcquireLeaseAsync(Sync, "host:1", Minute, Stop)).Lease?.Fence);
        await CutAsync(() => store.BreakLeaseAsync(Sync, "host:1", Stop));
        Assert.Null(await witness.FindLeaseAsync(Sync, Stop));

        async Task CutAsync(Func<Task> write)
        {
            proxy.CutNextCommit(answer: isCommitted);
            await write();
            Assert.Equal(++cuts, proxy.Cuts);
        }
    }

    /// <summary>S8, S2: that it is begun anew makes nothing legal that is not.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_refused_stays_refused_when_a_commit_is_lost(bool isCommitted)
    {
        var database = await CreateAsync();
        await using var proxy = new CuttingProxy(database.Server.Host!, database.Server.Port);
        await using var store = await database.OpenAsync(options: database.Options(connection => (connection.Host, connection.Port) = ("127.0.0.1", proxy.Port)));
        var lease = await BeginAsync(store);

        proxy.CutNextCommit(answer: isCommitted);
        Assert.Equal("host:1", (await store.AcquireLeaseAsync(Sync, "host:1", Minute, Stop)).Holder);
        proxy.CutNextCommit(answer: isCommitted);
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.BeginRunAsync(lease, Run("run2"), Stop));
        proxy.CutNextCommit(answer: isCommitted);
        await Assert.ThrowsAsync<LeaseLostException>(() => store.IntendAsync(lease with { Fence = 2 }, Batch(1), Stop));

        Assert.Equal(3, proxy.Cuts);
        Assert.Empty(await store.ReadJournalAsync("run1", Stop));
    }
}
