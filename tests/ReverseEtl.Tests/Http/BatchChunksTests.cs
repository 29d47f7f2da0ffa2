using ReverseEtl.Core.Delivery;
using ReverseEtl.Http;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Tests.Http;

public sealed class BatchChunksTests
{
    private static readonly RowOutcome Busy = RowOutcome.Retry("429", "slow down", TimeSpan.FromSeconds(9));

    private readonly List<(string Id, int Rows)> _sent = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_that_fits_is_sent_as_it_is()
    {
        await SendAsync(2, part => DeliveryReport.All(part, RowOutcome.Accepted));

        Assert.Equal([("b1", 2)], _sent);
    }

    [Fact]
    public async Task Each_part_has_an_id_of_its_own_that_is_the_same_every_time()
    {
        var report = await SendAsync(5, part => DeliveryReport.All(part, RowOutcome.Accepted));

        Assert.True(report.AllAccepted);
        Assert.Equal([("b1-0", 2), ("b1-2", 2), ("b1-4", 1)], _sent);
    }

    [Theory]
    [InlineData(OutcomeKind.Retry)]
    [InlineData(OutcomeKind.Unknown)]
    public async Task After_a_part_that_failed_nothing_is_sent_and_the_rest_is_to_be_tried_again(OutcomeKind kind)
    {
        var report = await SendAsync(5, part => DeliveryReport.All(part, _sent.Count < 2 ? RowOutcome.Accepted : Busy with { Kind = kind, MayHaveArrived = true }));

        Assert.Equal(2, _sent.Count);
        Assert.Equal([OutcomeKind.Accepted, OutcomeKind.Accepted, kind, kind, OutcomeKind.Retry], report.Outcomes().Select(outcome => outcome.Kind));
        Assert.Equal((false, TimeSpan.FromSeconds(9)), (report[4].MayHaveArrived, report[4].RetryAfter));
    }

    [Fact]
    public async Task A_row_that_was_refused_does_not_keep_the_others_back()
    {
        var report = await SendAsync(4, part =>
        {
            var outcomes = DeliveryReport.For(part);
            outcomes.Set(0, RowOutcome.Rejected("bad", "no"));
            return outcomes.BuildWithRest(RowOutcome.Accepted);
        });

        Assert.Equal([OutcomeKind.Rejected, OutcomeKind.Accepted, OutcomeKind.Rejected, OutcomeKind.Accepted], report.Outcomes().Select(outcome => outcome.Kind));
    }

    [Fact]
    public async Task A_part_that_is_refused_as_a_whole_is_cut_where_it_is_the_first_and_else_put_off()
    {
        var first = await SendAsync(4, part => DeliveryReport.BatchRejected(part, "400", "no"));
        Assert.True(first.IsWholeBatch);

        _sent.Clear();
        var second = await SendAsync(5, part => _sent.Count < 2 ? DeliveryReport.All(part, RowOutcome.Accepted) : DeliveryReport.BatchRejected(part, "400", "no"));
        Assert.False(second.IsWholeBatch);
        Assert.Equal([OutcomeKind.Accepted, OutcomeKind.Accepted, OutcomeKind.Retry, OutcomeKind.Retry, OutcomeKind.Retry], second.Outcomes().Select(outcome => outcome.Kind));
    }

    [Fact]
    public async Task A_row_that_was_alone_in_its_part_is_refused_alone()
    {
        var report = await SendAsync(3, part => part.Count == 1 ? DeliveryReport.BatchRejected(part, "400", "no") : DeliveryReport.All(part, RowOutcome.Accepted));

        Assert.False(report.IsWholeBatch);
        Assert.Equal([OutcomeKind.Accepted, OutcomeKind.Accepted, OutcomeKind.Rejected], report.Outcomes().Select(outcome => outcome.Kind));
    }

    [Fact]
    public async Task What_stops_everything_is_thrown_before_anything_was_sent_and_told_afterwards()
    {
        await Assert.ThrowsAsync<DestinationException>(() => SendAsync(4, _ => throw new DestinationException("no")));
        await Assert.ThrowsAsync<NotNowException>(() => SendAsync(4, _ => throw new NotNowException(Busy)));

        Assert.Equal((OutcomeKind.Rejected, OutcomeCodes.DestinationUnusable), await LastAsync(new DestinationException("no")));
        Assert.Equal((OutcomeKind.Retry, "429"), await LastAsync(new NotNowException(Busy)));
    }

    [Fact]
    public async Task What_was_not_sent_when_the_run_was_cancelled_is_told()
    {
        using var source = new CancellationTokenSource();
        using var batch = Batches.Upsert("b1", Batches.Keys(4));
        var report = await BatchChunks.SendAsync(batch, 2, async (part, token) =>
        {
            token.ThrowIfCancellationRequested();
            await source.CancelAsync();
            return DeliveryReport.All(part, RowOutcome.Accepted);
        }, source.Token);

        Assert.Equal((OutcomeKind.Accepted, OutcomeCodes.Cancelled), (report[1].Kind, report[2].Code));
        await Assert.ThrowsAsync<OperationCanceledException>(() => BatchChunks.SendAsync(batch, 2, (part, token) => throw new OperationCanceledException(token), source.Token).AsTask());
    }

    private async Task<(OutcomeKind Kind, string? Code)> LastAsync(Exception failure)
    {
        _sent.Clear();
        var report = await SendAsync(4, part => _sent.Count < 2 ? DeliveryReport.All(part, RowOutcome.Accepted) : throw failure);
        Assert.Equal(OutcomeKind.Accepted, report[1].Kind);
        return (report[3].Kind, report[3].Code);
    }

    private async Task<DeliveryReport> SendAsync(int rows, Func<ChangeBatch, DeliveryReport> answer)
    {
        using var batch = Batches.Upsert("b1", Batches.Keys(rows));
        return await BatchChunks.SendAsync(batch, 2, (part, _) =>
        {
            _sent.Add((part.Id, part.Count));
            return ValueTask.FromResult(answer(part));
        }, Cancellation);
    }
}
