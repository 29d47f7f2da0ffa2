using ReverseEtl.Core.Delivery;
using ReverseEtl.Http;
using ReverseEtl.Sandbox.Scripting;
using ReverseEtl.Tests.Http;

namespace ReverseEtl.Tests.Webhook;

/// <summary>What the connector alone makes of an answer.</summary>
public sealed class WebhookAnswerTests
{
    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_row_may_be_throttled_alone(int status)
    {
        var report = await DeliverAsync(new() { RejectKeys = ["b"], Status = status, RetryAfter = 7 }, "a", "b");
        Assert.True(report[0].IsAccepted);
        Assert.Equal((OutcomeKind.Retry, TimeSpan.FromSeconds(7)), (report[1].Kind, report[1].RetryAfter));
    }

    [Theory]
    [InlineData("""{"results":[{"key":"b","status":200}]}""")]
    [InlineData("""{"results":[{"status":200},7,{"key":"a"},{"key":"a","status":"200"},{"key":"b","status":204},{"key":"other","status":200}]}""")]
    public async Task A_row_that_a_207_does_not_name_is_in_doubt(string answer)
    {
        var report = await DeliverAsync(new() { Status = 207, Body = answer }, "a", "b");
        Assert.Equal((OutcomeKind.Unknown, OutcomeCodes.NoResult), (report[0].Kind, report[0].Code));
        Assert.True(report[1].IsAccepted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>ok</html>")]
    [InlineData("""{"results":[{"key":"a","status":200}""")]
    [InlineData("[]")]
    [InlineData("""{"results":{}}""")]
    public async Task A_207_that_cannot_be_read_accepts_nothing(string answer)
    {
        var report = await DeliverAsync(new() { Status = 207, Body = answer }, "a", "b");
        Assert.All(report.Outcomes(), outcome => Assert.Equal(OutcomeCodes.NoResult, outcome.Code));
        Assert.False(report.IsWholeBatch);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(202)]
    [InlineData(204)]
    public async Task Success_is_success_of_every_row(int status) =>
        Assert.True((await DeliverAsync(new() { Status = status }, "a", "b")).AllAccepted);

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(422)]
    public async Task A_request_may_be_refused_as_a_whole(int status)
    {
        var report = await DeliverAsync(new() { Status = status, Message = "row 1 is odd" }, "a", "b");
        Assert.True(report.IsWholeBatch);
        Assert.Contains("row 1 is odd", report[0].Message);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_receiver_that_is_busy_is_worth_another_try(int status)
    {
        var report = await DeliverAsync(new() { Status = status }, "a");
        Assert.Equal((OutcomeKind.Retry, null), (report[0].Kind, report[0].RetryAfter));
    }

    [Theory]
    [InlineData("Sun, 22 Nov 2026 08:00:09 GMT", 9)]
    [InlineData("Sun, 22 Nov 2026 07:00:00 GMT", 0)]
    public async Task Retry_After_may_be_a_date(string date, int seconds)
    {
        var report = await DeliverAsync(new() { Status = 503, Headers = new Dictionary<string, string> { ["Retry-After"] = date } }, "a");
        Assert.Equal(TimeSpan.FromSeconds(seconds), report[0].RetryAfter);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(409)]
    public async Task Another_refusal_is_final_for_this_run(int status)
    {
        var report = await DeliverAsync(new() { Status = status }, "a");
        Assert.Equal((OutcomeKind.Rejected, $"{status}", false), (report[0].Kind, report[0].Code, report.IsWholeBatch));
    }

    [Theory]
    [InlineData(401, true)]
    [InlineData(403, true)]
    [InlineData(410, false)]
    [InlineData(302, false)]
    [InlineData(307, false)]
    public async Task A_receiver_that_cannot_be_used_ends_the_run(int status, bool mayComeBack)
    {
        var failure = await Assert.ThrowsAsync<DestinationException>(async () => await DeliverAsync(new() { Status = status }, "a"));
        Assert.Contains($"answered {status}", failure.Message);
        Assert.Equal(mayComeBack, failure.IsUnreachable);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(503)]
    public async Task Secrets_are_not_quoted_even_where_the_receiver_quotes_them(int status)
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.OpenBare(harness.Options with
        {
            Headers = new Dictionary<string, Core.Config.Secret> { ["Authorization"] = new("Bearer tok-123456") },
        });
        harness.Script(new() { Status = status, Body = $"no: tok-123456 / {WebhookHarness.SigningSecret}" });
        using var batch = Batches.Upsert("b", "a");

        var said = await SaidAsync(destination, batch);

        Assert.Contains("no: *** / ***", said);
        Assert.DoesNotContain("tok-123456", said);
        Assert.DoesNotContain(WebhookHarness.SigningSecret, said);
    }

    [Fact]
    public async Task Secrets_in_the_result_of_a_row_are_not_quoted()
    {
        var report = await DeliverAsync(
            new() { RejectKeys = ["a"], Code = WebhookHarness.SigningSecret, Message = $"x {WebhookHarness.SigningSecret}" }, "a");
        Assert.Equal(RowOutcome.Rejected("***", "x ***"), report[0]);
    }

    private static async Task<DeliveryReport> DeliverAsync(ScriptAction answer, params string[] keys)
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.OpenBare();
        harness.Script(answer);
        using var batch = Batches.Upsert("b", keys);
        return await destination.DeliverAsync(batch, WebhookHarness.None);
    }

    private static async Task<string> SaidAsync(IDestination destination, ChangeBatch batch)
    {
        try
        {
            return (await destination.DeliverAsync(batch, WebhookHarness.None))[0].Message!;
        }
        catch (DestinationException failure)
        {
            return failure.ToString();
        }
    }
}
