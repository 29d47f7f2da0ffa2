using ReverseEtl.Conformance;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Resilience;

namespace ReverseEtl.Tests.Http;

public sealed class RateBucketTests
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_window_sees_more_requests_than_the_budget()
    {
        var time = new ManualTime(jumps: true);
        var bucket = new RateBucket(new RateBudget(3, TimeSpan.FromSeconds(10)), time);
        var taken = new List<DateTimeOffset>();
        for (var request = 0; request < 20; request++)
        {
            await bucket.TakeAsync(None);
            taken.Add(time.GetUtcNow());
            time.Advance(TimeSpan.FromSeconds(request % 4));
        }

        for (var first = 0; first + 3 < taken.Count; first++)
            Assert.True(taken[first + 3] - taken[first] >= TimeSpan.FromSeconds(10), $"requests {first} to {first + 3}");
        Assert.True(taken[^1] - taken[0] <= TimeSpan.FromSeconds(70), "and the budget is used");
    }

    [Fact]
    public async Task Within_the_budget_nobody_waits()
    {
        var time = new ManualTime();
        var bucket = new RateBucket(new RateBudget(5, TimeSpan.FromSeconds(1)), time);
        for (var request = 0; request < 5; request++)
            await bucket.TakeAsync(None);
        Assert.Empty(time.Waits);
        Assert.False(bucket.TakeAsync(None).AsTask().IsCompleted);
    }

    [Fact]
    public async Task Pushing_back_holds_those_who_come_and_those_who_wait_already()
    {
        var time = new ManualTime();
        var bucket = new RateBucket(new RateBudget(1, TimeSpan.FromSeconds(2)), time);
        await bucket.TakeAsync(None);
        var waiting = bucket.TakeAsync(None).AsTask();
        bucket.PushBack(TimeSpan.FromSeconds(30));
        var coming = bucket.TakeAsync(None).AsTask();

        time.Advance(TimeSpan.FromSeconds(29));
        await Task.Delay(50, None);
        Assert.False(waiting.IsCompleted);
        Assert.False(coming.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(3));
        await Eventually.IsTrue(() => waiting.IsCompletedSuccessfully && coming.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task After_a_push_back_those_who_waited_keep_to_the_budget()
    {
        var time = new ManualTime();
        var bucket = new RateBucket(new RateBudget(1, TimeSpan.FromSeconds(2)), time);
        await bucket.TakeAsync(None);
        var waiting = Enumerable.Range(0, 4).Select(_ => bucket.TakeAsync(None).AsTask()).ToList();
        bucket.PushBack(TimeSpan.FromSeconds(30));
        time.Advance(TimeSpan.FromSeconds(30));
        await Eventually.IsTrue(() => waiting.Count(task => task.IsCompleted) == 1);
        await Task.Delay(50, None);
        Assert.Equal(1, waiting.Count(task => task.IsCompleted));
        for (var passed = 0; passed < 4; passed++)
        {
            time.Advance(TimeSpan.FromSeconds(2));
            await Task.Delay(20, None);
        }

        await Eventually.IsTrue(() => waiting.All(task => task.IsCompletedSuccessfully));
    }

    [Fact]
    public async Task A_caller_that_is_cancelled_stops_waiting()
    {
        var bucket = new RateBucket(null, new ManualTime());
        bucket.PushBack(TimeSpan.FromSeconds(30));
        using var cancel = new CancellationTokenSource();
        var waiting = bucket.TakeAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public void Syncs_on_one_destination_share_its_bucket()
    {
        var buckets = new RateBuckets(TimeProvider.System);
        Assert.Same(buckets.For("crm", null), buckets.For("crm", null));
        Assert.NotSame(buckets.For("crm", null), buckets.For("ads", null));
    }

    [Fact]
    public async Task Throttling_halves_the_batches_at_once_of_everybody_and_answers_bring_them_back()
    {
        var bucket = new RateBucket(null, new ManualTime());
        Assert.Equal(8, await FillAsync(bucket, 8));
        bucket.Answered(throttled: true);
        Answer(bucket, 7);

        var afterwards = await FillAsync(bucket, 8);
        Assert.InRange(afterwards, 4, 6);

        Answer(bucket, afterwards);
        for (var round = 0; round < 4; round++)
            Answer(bucket, await FillAsync(bucket, 8));
        Assert.Equal(8, await FillAsync(bucket, 8));
    }

    [Fact]
    public async Task However_often_a_vendor_throttles_one_request_may_be_made()
    {
        var bucket = new RateBucket(null, new ManualTime());
        for (var request = 0; request < 5; request++)
        {
            Assert.Equal(1, await FillAsync(bucket, 1));
            bucket.Answered(throttled: true);
        }

        Assert.Equal(1, await FillAsync(bucket, 8));
    }

    [Fact]
    public async Task A_caller_that_is_cancelled_leaves_its_place_to_the_next()
    {
        var bucket = new RateBucket(null, new ManualTime());
        await bucket.EnterAsync(None);
        await bucket.EnterAsync(None);
        bucket.Answered(throttled: true);
        using var cancel = new CancellationTokenSource();
        var cancelled = bucket.EnterAsync(cancel.Token).AsTask();
        var next = bucket.EnterAsync(None).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(next.IsCompleted);

        bucket.Answered(throttled: false);
        await next;
    }

    /// <summary>Makes requests until one would have to wait.</summary>
    private static async Task<int> FillAsync(RateBucket bucket, int most)
    {
        for (var taken = 0; taken < most; taken++)
        {
            using var cancel = new CancellationTokenSource();
            var turn = bucket.EnterAsync(cancel.Token).AsTask();
            await cancel.CancelAsync();
            if (!turn.IsCompletedSuccessfully)
            {
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => turn);
                return taken;
            }
        }

        return most;
    }

    private static void Answer(RateBucket bucket, int requests)
    {
        for (; requests > 0; requests--)
            bucket.Answered(throttled: false);
    }
}
