using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;
using Xunit;

namespace ReverseEtl.Conformance.ControlStore;

/// <summary>
/// What every control store must do: the numbered rules of <c>docs/spec/state.md</c>. The runner makes one instance per test; each
/// instance must begin with an empty store.
/// </summary>
public abstract partial class ControlStoreConformance
{
    protected static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    protected const string Sync = "vip_to_meta";

    protected static DateTimeOffset Start { get; } = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    protected ManualTime Time { get; } = new(Start);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Opens the test's store; a second call gives another instance on the same data, as another process would have.</summary>
    protected abstract Task<IControlStore> OpenAsync(TimeProvider time);

    protected Task<IControlStore> OpenAsync() => OpenAsync(Time);

    protected static async Task<Lease> TakeAsync(IControlStore store, string sync = Sync, string holder = "host:1")
    {
        var result = await store.AcquireLeaseAsync(sync, holder, Minute, Cancellation);
        Assert.NotNull(result.Lease);
        return result.Lease;
    }

    /// <summary>Takes the lease and begins a run.</summary>
    protected async Task<Lease> BeginAsync(IControlStore store, string runId, string sync = Sync)
    {
        var lease = await TakeAsync(store, sync);
        await store.BeginRunAsync(lease, Run(runId, sync), Cancellation);
        return lease;
    }

    /// <summary>A whole run of one batch of ten rows, some of them not accepted.</summary>
    protected async Task RunAsync(IControlStore store, string runId, bool delivered, params RowException[] exceptions)
    {
        var lease = await BeginAsync(store, runId);
        await store.IntendAsync(lease, Batch(runId, 1, 10), Cancellation);
        await store.DoneAsync(lease, Batch(runId, 1, 10), exceptions, Cancellation);
        await store.FinishRunAsync(lease, Run(runId) with { Status = RunStatus.Partial }, delivered, Cancellation);
        await store.ReleaseLeaseAsync(lease, Cancellation);
    }

    protected RunRecord Run(string runId, string sync = Sync) =>
        new() { RunId = runId, Sync = sync, Status = RunStatus.Running, AsOf = Time.GetUtcNow() };

    protected static JournalEntry Batch(string runId, long from, long to, Operation operation = Operation.Upsert) =>
        new(runId, operation, from, to, (int)(to - from + 1), false);

    protected static RowException Rejected(long seq, string key, string code = "bad", string message = "no such field") =>
        new(seq, key, RowOutcome.Rejected(code, message));

    protected static RowException Unknown(long seq, string key) => new(seq, key, RowOutcome.Unknown("timeout", "no answer in 30 s"));
}
