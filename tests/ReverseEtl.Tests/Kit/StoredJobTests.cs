using ReverseEtl.Conformance;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Vendors;
using ReverseEtl.Tests.Http;

namespace ReverseEtl.Tests.Kit;

public sealed class StoredJobTests
{
    private readonly ForgetfulMemory _memory = new();
    private readonly ManualTime _time = new(jumps: true);

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_is_found_again_by_its_batch_until_it_is_forgotten()
    {
        using var batch = Batches.Upsert("b1", "a");
        using var other = Batches.Upsert("b2", "a");
        await new StoredJob(_memory, _time).RememberAsync(batch, "job-7");

        var next = new StoredJob(_memory, _time);
        Assert.Equal("job-7", await next.FindAsync(batch, None));
        Assert.Null(await next.FindAsync(other, None));
        await next.ForgetAsync(batch);
        Assert.Null(await next.FindAsync(batch, None));
    }

    [Fact]
    public async Task It_is_looked_at_with_growing_waits_until_it_ends()
    {
        var looks = 0;
        var ended = await new StoredJob(_memory, _time).WaitAsync<string>(_ => ValueTask.FromResult<string?>(++looks == 20 ? "done" : null), None);
        Assert.Equal("done", ended);
        Assert.Equal(19, _time.Waits.Count);
        Assert.Equal(_time.Waits.Order(), _time.Waits);
        Assert.Equal(TimeSpan.FromSeconds(30), _time.Waits[^1]);
    }

    [Fact]
    public async Task Patience_ends()
    {
        var job = new StoredJob(_memory, _time) { Patience = TimeSpan.FromMinutes(5) };
        Assert.Null(await job.WaitAsync<string>(_ => ValueTask.FromResult<string?>(null), None));
        Assert.InRange(_time.Waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait), TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task A_look_that_is_not_answered_says_nothing_of_the_job()
    {
        var looks = 0;
        var ended = await new StoredJob(_memory, _time).WaitAsync<string>(
            _ => ++looks == 1 ? throw new NotNowException(RowOutcome.Retry("503", "busy")) : ValueTask.FromResult<string?>("done"), None);
        Assert.Equal(("done", 2), (ended, looks));
    }
}
