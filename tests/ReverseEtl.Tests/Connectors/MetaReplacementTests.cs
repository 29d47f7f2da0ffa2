using System.Text.Json;
using ReverseEtl.Conformance;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Shaping;
using ReverseEtl.Sandbox.Scripting;
using ReverseEtl.Tests.Http;

namespace ReverseEtl.Tests.Connectors;

/// <summary>How replacements go in Meta's sessions.</summary>
public sealed class MetaReplacementTests : IAsyncLifetime
{
    private readonly ManualTime _time = MetaHarness.NewTime();
    private MetaHarness _meta = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _meta = await MetaHarness.StartAsync(_time, Cancellation);

    public ValueTask DisposeAsync() => _meta.DisposeAsync();

    [Fact]
    public async Task Requests_of_a_session_are_numbered_from_one_and_the_last_one_repeats_a_row()
    {
        await using var destination = Open();
        for (var number = 1; number <= 3; number++)
            Assert.True((await SendAsync(destination, $"b{number}", number * 10, number * 10 + 1)).AllAccepted);
        Assert.Empty(await _meta.RowsAsync());
        Assert.True((await CloseAsync(destination, accepted: 6)).AllAccepted);

        Assert.Equal(6, (await _meta.RowsAsync()).Count);
        var sessions = Sessions();
        Assert.Equal([(1, false), (2, false), (3, false), (4, true)], sessions.Select(session => (session.GetProperty("batch_seq").GetInt32(), session.GetProperty("last_batch_flag").GetBoolean())));
        Assert.Single(sessions.Select(session => session.GetProperty("session_id").GetInt64()).Distinct());
        Assert.All(sessions, session => Assert.Equal(6, session.GetProperty("estimated_num_total").GetInt32()));
    }

    [Fact]
    public async Task One_that_was_not_taken_gives_its_number_to_the_next()
    {
        await using var destination = Open();
        _meta.Sandbox.Script.Add(new ScriptRule { Path = "meta-audiences/account", Times = 1, Then = new ScriptAction { Status = 400 } });
        Assert.True((await SendAsync(destination, "b1", 1)).IsWholeBatch);
        Assert.True((await SendAsync(destination, "b2", 2)).AllAccepted);

        Assert.Equal([1, 1], Sessions().Select(session => session.GetProperty("batch_seq").GetInt32()));
    }

    [Fact]
    public async Task One_that_was_not_answered_keeps_its_number_also_in_the_next_process()
    {
        await using (var first = Open())
        {
            _meta.Sandbox.Script.Add(new ScriptRule { Path = "meta-audiences/account", Times = 1, Then = new ScriptAction { Disconnect = Disconnect.After } });
            Assert.Equal(OutcomeKind.Unknown, (await SendAsync(first, "b1", 1))[0].Kind);
            Assert.True((await SendAsync(first, "b2", 2)).AllAccepted);
        }

        await using var second = Open();
        Assert.True((await SendAsync(second, "b1", 1)).AllAccepted);
        Assert.True((await SendAsync(second, "b3", 3)).AllAccepted);
        Assert.True((await CloseAsync(second, accepted: 3, row: 2)).AllAccepted);

        Assert.Equal([1, 2, 1, 3, 4], Sessions().Select(session => session.GetProperty("batch_seq").GetInt32()));
        Assert.Equal(3, (await _meta.RowsAsync()).Count);
    }

    [Fact]
    public async Task A_session_that_is_over_is_given_up_without_a_request_more()
    {
        await using var destination = Open();
        Assert.True((await SendAsync(destination, "b1", 1)).AllAccepted);
        _time.Advance(TimeSpan.FromMinutes(86));
        var requests = _meta.Requests;

        var report = await SendAsync(destination, "b2", 2);
        Assert.Equal((OutcomeKind.Rejected, Replacement.Ended), (report[0].Kind, report[0].Code));
        Assert.Equal(Replacement.Ended, (await CloseAsync(destination, accepted: 1))[0].Code);

        Assert.Equal(requests, _meta.Requests);
        Assert.Empty(await _meta.RowsAsync());
    }

    [Fact]
    public async Task A_session_that_has_lost_rows_is_never_closed_as_the_others_would_go()
    {
        await using var destination = Open();
        await SendAsync(destination, null, "b0", 7);
        Assert.True((await SendAsync(destination, "b1", 1)).AllAccepted);

        var waiting = await CloseAsync(destination, accepted: 2);

        Assert.Equal(OutcomeKind.Unknown, waiting[0].Kind);
        Assert.DoesNotContain(Sessions(), session => session.GetProperty("last_batch_flag").GetBoolean());
        Assert.Single(await _meta.RowsAsync());
    }

    [Fact]
    public async Task Meta_counts_audiences_from_a_thousand_people_on()
    {
        await using var destination = Open();
        await SendAsync(destination, null, "b1", [.. Enumerable.Range(1, 1000)]);
        Assert.Null(await destination.CountAsync(Cancellation));
        await SendAsync(destination, null, "b2", 1001);
        Assert.Equal(1001, await destination.CountAsync(Cancellation));
    }

    private IDestination Open()
    {
        var request = _meta.Request with { Fields = ["EMAIL"], Time = _time };
        return ShapedDestination.Wrap(_meta.Type.Open(request), _meta.Type.Describe(request.Options, request.Object), request);
    }

    private ValueTask<DeliveryReport> SendAsync(IDestination destination, string id, params int[] rows) => SendAsync(destination, new Replacement("run1", 6), id, rows);

    private ValueTask<DeliveryReport> CloseAsync(IDestination destination, int accepted, int row = 10) =>
        SendAsync(destination, new Replacement("run1", 6) { Closing = accepted }, "close", row);

    private async ValueTask<DeliveryReport> SendAsync(IDestination destination, Replacement? replacement, string id, params int[] rows)
    {
        var keys = rows.Select(row => $"k{row}").ToArray();
        using var batch = Batches.Build(id, Operation.Upsert, [Batches.Texts("id", keys)], [Batches.Texts("EMAIL", [.. keys.Select(_meta.Value)])]);
        return await destination.DeliverAsync(batch.PartOf(replacement), Cancellation);
    }

    private List<JsonElement> Sessions() =>
        [.. _meta.Received.Where(request => request.Path.EndsWith("usersreplace", StringComparison.Ordinal)).Select(request => JsonElement.Parse(request.Text).GetProperty("session"))];
}
