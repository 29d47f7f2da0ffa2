using System.Net;
using System.Text;
using ReverseEtl.Conformance;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Tests.Http;

public sealed class StoredJobTests
{
    private readonly ForgetfulMemory _memory = new();
    private readonly ManualTime _time = new(jumps: true);
    private readonly ChangeBatch _batch = Batches.Upsert("b1", "a");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private StoredJob Job => new(_memory, _time);

    [Fact]
    public async Task A_job_is_looked_at_ever_more_rarely_and_forgotten_when_it_has_ended()
    {
        await Job.RememberAsync(_batch, "j1");
        var looks = 0;

        var report = await Job.FollowAsync(_batch, _ => ValueTask.FromResult(++looks < 4 ? null : DeliveryReport.All(_batch, RowOutcome.Accepted)), Cancellation);

        Assert.True(report.AllAccepted);
        Assert.Equal([1, 1.5, 2.25], _time.Waits.Select(wait => wait.TotalSeconds));
        Assert.Null(await Job.FindAsync(_batch, Cancellation));
    }

    [Fact]
    public async Task A_look_that_is_not_answered_says_nothing_of_the_job()
    {
        var looks = 0;

        var report = await Job.FollowAsync(_batch, _ => ++looks == 1
            ? throw new NotNowException(RowOutcome.Retry("503", "busy"))
            : ValueTask.FromResult<DeliveryReport?>(DeliveryReport.All(_batch, RowOutcome.Accepted)), Cancellation);

        Assert.True(report.AllAccepted);
    }

    [Fact]
    public async Task Whatever_ends_the_waiting_before_the_job_leaves_the_rows_unknown_and_the_job_remembered()
    {
        await Job.RememberAsync(_batch, "j1");
        using var source = new CancellationTokenSource();

        Assert.Equal((OutcomeKind.Unknown, OutcomeCodes.StillProcessing), await FollowAsync(_ => ValueTask.FromResult<DeliveryReport?>(null), Cancellation));
        Assert.Equal((OutcomeKind.Unknown, OutcomeCodes.DestinationUnusable), await FollowAsync(_ => throw new DestinationException("no"), Cancellation));
        Assert.Equal((OutcomeKind.Unknown, OutcomeCodes.Cancelled), await FollowAsync(async _ =>
        {
            await source.CancelAsync();
            return null;
        }, source.Token));
        Assert.Equal("j1", await Job.FindAsync(_batch, Cancellation));
    }

    private async Task<(OutcomeKind Kind, string? Code)> FollowAsync(Func<CancellationToken, ValueTask<DeliveryReport?>> look, CancellationToken cancellationToken)
    {
        var outcome = (await Job.FollowAsync(_batch, look, cancellationToken))[0];
        return (outcome.Kind, outcome.Code);
    }

    [Fact]
    public async Task A_job_that_was_begun_is_followed_and_not_begun_again()
    {
        var begun = 0;
        for (var run = 0; run < 2; run++)
        {
            var report = await DeliverAsync("{\"id\":\"j1\"}", () => begun++, job => job == "j1" && run == 1 ? RowOutcome.Accepted : null);
            Assert.Equal(run == 1 ? OutcomeKind.Accepted : OutcomeKind.Unknown, report[0].Kind);
        }

        Assert.Equal(1, begun);
        Assert.Null(await Job.FindAsync(_batch, Cancellation));
    }

    [Fact]
    public async Task A_request_that_was_taken_without_a_job_is_unknown_and_not_followed()
    {
        var report = await DeliverAsync("{}", () => { }, _ => throw new InvalidOperationException());

        Assert.Equal((OutcomeKind.Unknown, OutcomeCodes.Unreadable), (report[0].Kind, report[0].Code));
        Assert.Null(await Job.FindAsync(_batch, Cancellation));
    }

    private ValueTask<DeliveryReport> DeliverAsync(string answer, Action begin, Func<string, RowOutcome?> look) => Job.DeliverAsync(
        _batch, body => body.Text("id"), read =>
        {
            begin();
            return ValueTask.FromResult(read(new HttpAnswer("https://vendor.example", HttpStatusCode.Accepted, null, Encoding.UTF8.GetBytes(answer))));
        }, (job, _) => ValueTask.FromResult(look(job) is { } outcome ? DeliveryReport.All(_batch, outcome) : null), Cancellation);

    [Fact]
    public async Task A_job_is_found_again_by_its_batch_until_it_is_forgotten()
    {
        using var batch = Batches.Upsert("b1", "a");
        using var other = Batches.Upsert("b2", "a");
        await new StoredJob(_memory, _time).RememberAsync(batch, "job-7");

        var next = new StoredJob(_memory, _time);
        Assert.Equal("job-7", await next.FindAsync(batch, Cancellation));
        Assert.Null(await next.FindAsync(other, Cancellation));
        await next.ForgetAsync(batch);
        Assert.Null(await next.FindAsync(batch, Cancellation));
    }

    [Fact]
    public async Task Patience_ends()
    {
        var job = new StoredJob(_memory, _time) { Patience = TimeSpan.FromMinutes(5) };
        Assert.Null(await job.WaitAsync<string>(_ => ValueTask.FromResult<string?>(null), Cancellation));
        Assert.InRange(_time.Waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait), TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
    }
}
