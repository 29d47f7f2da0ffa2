using ReverseEtl.Core.Delivery;
using ReverseEtl.Http;
using ReverseEtl.Http.Resilience;
using Xunit;

namespace ReverseEtl.Conformance.Destination;

/// <summary>What every destination that speaks HTTP must do besides, alone and driven by the kit.</summary>
public abstract partial class HttpDestinationConformance : DestinationConformance
{
    private readonly RetryPolicy _policy = new() { Jitter = () => 1 };

    /// <summary>The clock of waits between attempts: they take no time.</summary>
    private readonly ManualTime _waits = new(jumps: true);

    /// <summary>Starts a vendor that holds nothing.</summary>
    protected abstract Task<IHttpDestinationHarness> StartHttpAsync();

    /// <inheritdoc/>
    protected sealed override async Task<IDestinationHarness> StartAsync() => await StartHttpAsync();

    /// <summary>D2, D6: however a vendor refuses a row, it is this row and no other one.</summary>
    [Theory]
    [InlineData(TroubleKind.RefuseRow)]
    [InlineData(TroubleKind.RefuseRequestWithRow)]
    public async Task D2_D6_A_bad_row_is_rejected_alone_and_the_others_arrive(TroubleKind kind)
    {
        await using var harness = await StartHttpAsync();
        await using var destination = OpenDriven(harness);
        Script(harness, new(kind) { Key = "k5", Message = "an odd row", Times = null });
        var keys = SuiteBatch.Keys(13);

        var report = await SendAsync(destination, Rows(harness, "b1", Telling(harness), keys));

        for (var row = 0; row < keys.Length; row++)
            Assert.Equal(row == 5, report[row].Kind is OutcomeKind.Rejected);
        Assert.Contains("an odd row", report[5].Message);
        Assert.Equal(Expected(harness, keys.Where(key => key != "k5")), await HeldAsync(harness, destination));
    }

    /// <summary>D3: the connector alone.</summary>
    [Theory]
    [InlineData(TroubleKind.Throttle)]
    [InlineData(TroubleKind.ServerError)]
    [InlineData(TroubleKind.Garbage)]
    [InlineData(TroubleKind.RefuseRow)]
    [InlineData(TroubleKind.RefuseRequestWithRow)]
    public async Task D3_What_the_vendor_says_is_a_value_and_nothing_is_accepted_that_is_not_there(TroubleKind kind)
    {
        await using var harness = await StartHttpAsync();
        await using var destination = Open(harness, harness.Main);
        Script(harness, new(kind) { Key = "b" });
        string[] keys = ["a", "b"];

        var report = await SendAsync(destination, Rows(harness, "b1", Telling(harness), keys));

        Assert.False(report.AllAccepted);
        Assert.Equal(Expected(harness, keys.Where((_, row) => report[row].IsAccepted)), await HeldAsync(harness, destination));
    }

    /// <summary>D5: the connector alone, on a connection that was used before.</summary>
    [Theory]
    [InlineData(TroubleKind.DisconnectBefore, false)]
    [InlineData(TroubleKind.DisconnectAfter, true)]
    [InlineData(TroubleKind.HalfAnswer, true)]
    [InlineData(TroubleKind.Silence, true)]
    public async Task D5_A_request_that_is_not_answered_in_full_is_unknown_and_is_not_repeated_in_secret(TroubleKind kind, bool arrives)
    {
        await using var harness = await StartHttpAsync();
        await using var destination = Open(harness, harness.Main);
        await AcceptedAsync(destination, Rows(harness, "b1", Telling(harness), "a"));
        Script(harness, new(kind));

        var report = await UnansweredAsync(kind, harness, destination, Rows(harness, "b2", Telling(harness), "b"));

        Assert.Equal(OutcomeKind.Unknown, report[0].Kind);
        Assert.Equal(2, harness.Requests);
        Assert.Equal(arrives ? Expected(harness, "a", "b") : Expected(harness, "a"), await HeldAsync(harness, destination));
    }

    /// <summary>D8</summary>
    [Theory]
    [InlineData(TroubleKind.DisconnectBefore)]
    [InlineData(TroubleKind.DisconnectAfter)]
    [InlineData(TroubleKind.HalfAnswer)]
    [InlineData(TroubleKind.Silence)]
    public async Task D8_An_unanswered_request_is_repeated_only_where_that_does_no_harm(TroubleKind kind)
    {
        await using var harness = await StartHttpAsync();
        // Events show a repeat, where upserts hide it.
        await using var look = Open(harness, harness.Main);
        var mode = look.Descriptor.Modes.Contains(SyncMode.Append) ? SyncMode.Append : harness.Main;
        await using var destination = OpenDriven(harness, mode);
        Script(harness, new(kind));
        var operation = mode is SyncMode.Append ? Operation.Append : Telling(harness);
        string[] keys = destination.Descriptor.MaxBatchRows == 1 ? ["a"] : ["a", "b"];

        var report = await UnansweredAsync(kind, harness, destination, Rows(harness, "b1", operation, keys));

        await destination.CompleteAsync(Cancellation);
        var held = mode is SyncMode.Append ? await harness.EventsAsync() : await harness.RowsAsync();
        if (destination.Descriptor.ReplaySafe)
        {
            Assert.True(report.AllAccepted);
            Assert.Equal(keys, held.Select(row => row[harness.KeyField]).Order());
        }
        else
        {
            Assert.Equal(OutcomeKind.Unknown, report[0].Kind);
            Assert.Equal(1, harness.Requests);
        }
    }

    /// <summary>D9</summary>
    [Fact]
    public async Task D9_The_wait_that_the_vendor_asks_for_is_kept()
    {
        await using var harness = await StartHttpAsync();
        await using var destination = OpenDriven(harness);
        Script(harness, new(TroubleKind.Throttle) { RetryAfter = 42 });

        await AcceptedAsync(destination, Rows(harness, "b1", Telling(harness), "a"));

        Assert.Contains(_waits.Waits, wait => wait >= TimeSpan.FromSeconds(42));
        Assert.Equal(Expected(harness, "a"), await HeldAsync(harness, destination));
    }

    /// <summary>D11</summary>
    [Theory]
    [InlineData(TroubleKind.Throttle)]
    [InlineData(TroubleKind.ServerError)]
    public async Task D11_A_vendor_that_stays_busy_gets_so_many_requests_and_no_more(TroubleKind kind)
    {
        await using var harness = await StartHttpAsync();
        await using var destination = OpenDriven(harness);
        Script(harness, new(kind) { Times = null });

        var report = await SendAsync(destination, Rows(harness, "b1", Telling(harness), "a"));

        Assert.Equal((OutcomeKind.Rejected, OutcomeCodes.RetriesExhausted), (report[0].Kind, report[0].Code));
        Assert.Equal(_policy.MaxAttempts, harness.Requests);
        Assert.Empty(await HeldAsync(harness, destination));
    }

    /// <summary>D4, D12, D13</summary>
    [Theory]
    [InlineData(TroubleKind.RefuseCredentials)]
    [InlineData(TroubleKind.Redirect)]
    public async Task D12_D13_A_vendor_that_cannot_be_used_costs_one_request(TroubleKind kind)
    {
        await using var harness = await StartHttpAsync();
        await using var destination = OpenDriven(harness);
        Script(harness, new(kind) { Times = null });

        for (var time = 0; time < 3; time++)
            await Assert.ThrowsAsync<DestinationException>(() => SendAsync(destination, Rows(harness, $"b{time}", Telling(harness), "a")));

        // None where it asks for something else first, and that is refused.
        Assert.InRange(harness.Requests, 0, 1);
        Assert.Empty(await HeldAsync(harness, destination));
    }

    /// <summary>D14</summary>
    [Theory]
    [InlineData(TroubleKind.Throttle)]
    [InlineData(TroubleKind.ServerError)]
    [InlineData(TroubleKind.RefuseRow)]
    [InlineData(TroubleKind.RefuseRequestWithRow)]
    [InlineData(TroubleKind.RefuseCredentials)]
    public async Task D14_A_secret_that_the_vendor_quotes_is_not_passed_on(TroubleKind kind)
    {
        await using var harness = await StartHttpAsync();
        await using var destination = Open(harness, harness.Main);
        var secret = harness.Secret.Reveal();
        Script(harness, new(kind) { Key = "a", Message = $"not with {secret}" });

        string said;
        try
        {
            said = (await SendAsync(destination, Rows(harness, "b1", Telling(harness), "a")))[0].ToString();
        }
        catch (DestinationException refusal)
        {
            said = refusal.ToString();
        }

        Assert.Contains("not with", said);
        Assert.DoesNotContain(secret, said);
    }

    /// <summary>D14, D22</summary>
    [Fact]
    public async Task D22_No_body_has_a_secret_and_none_has_plain_personal_data_where_hashes_are_asked_for()
    {
        await using var harness = await StartHttpAsync();
        await using var destination = Open(harness, SyncMode.Mirror);
        Needs(destination, SyncMode.Mirror);
        string[] keys = ["a", "b", "c"];
        await AcceptedAsync(destination, Rows(harness, "b1", Telling(harness), keys));
        await AcceptedAsync(destination, Removals(harness, destination, "b2", ["b"]));
        await destination.CompleteAsync(Cancellation);
        Assert.SkipWhen(harness.Bodies.Count == 0, "the vendor does not keep what it received");

        foreach (var body in harness.Bodies)
        {
            Assert.DoesNotContain(harness.Secret.Reveal(), body, StringComparison.Ordinal);
            foreach (var key in keys.Where(_ => harness.HashedOnly))
                Assert.DoesNotContain(harness.Value(key), body, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static void Script(IHttpDestinationHarness harness, Trouble trouble) =>
        Assert.SkipUnless(harness.TryScript(trouble), $"the vendor never does this: {trouble.Kind}");

    /// <summary>The connector as a run has it.</summary>
    private IDestination OpenDriven(IHttpDestinationHarness harness, SyncMode? mode = null) =>
        DestinationKit.Open(harness.Type, RequestOf(harness, mode ?? harness.Main), new RateBuckets(_waits), "account", _policy, _waits);

    /// <summary>Sends; where the vendor is silent, lets the time of the request run out.</summary>
    private async Task<DeliveryReport> UnansweredAsync(TroubleKind kind, IHttpDestinationHarness harness, IDestination destination, ChangeBatch batch)
    {
        var before = harness.Requests;
        var sending = SendAsync(destination, batch);
        while (kind is TroubleKind.Silence && !sending.IsCompleted)
        {
            // The vendor must have it first, as a request that was not sent fails in another way.
            if (harness.Requests > before)
                Time.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(10, Cancellation);
        }

        return await sending;
    }
}
