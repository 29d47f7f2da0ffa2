using System.Globalization;
using System.Text.Json;
using ReverseEtl.Conformance;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http;
using ReverseEtl.Http.Messages;
using ReverseEtl.Http.Resilience;
using Batches = ReverseEtl.Tests.Files.Batches;

namespace ReverseEtl.Tests.Kit;

/// <summary>Limits of messages, at a vendor that takes several of them in a request.</summary>
public sealed class MessageLimitsTests
{
    private static readonly string[] Letters = ["a", "b", "c", "d"];

    private readonly ManualTime _time = new(DateTimeOffset.Parse("2026-11-22T20:30:00Z", CultureInfo.InvariantCulture));
    private readonly ForgetfulMemory _memory = new();
    private readonly LetterType _type = new();

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_whose_recipients_have_quiet_hours_stay_here_and_the_others_of_the_batch_go()
    {
        await using var destination = Open(new LetterOptions { Type = "letters", QuietHours = Quiet("21:00-08:00 Europe/Copenhagen") });
        using var batch = Batches.Append("b", Letters, Batches.Text("to", Letters), Batches.Text("zone", "UTC", null, "Asia/Tokyo", "America/Lima"));

        var report = await destination.DeliverAsync(batch, None);

        // 20:30 in UTC, 21:30 in Copenhagen, 05:30 in Tokyo, 15:30 in Lima.
        Assert.Equal([null, OutcomeCodes.QuietHours, OutcomeCodes.QuietHours, null], Codes(report));
        Assert.Equal((Instant("2026-11-23T07:00:00Z"), Instant("2026-11-22T23:00:00Z")), (report[1].Due, report[2].Due));
        Assert.Equal(["a d"], _type.Sent);
        Assert.NotEqual("b", Assert.Single(_type.Ids));
    }

    [Fact]
    public async Task Several_messages_to_one_recipient_in_a_batch_count_each()
    {
        await using var destination = Open(new LetterOptions { Type = "letters", MessagesPerDay = 2 });
        using var batch = Batches.Append("b", Letters, Batches.Text("to", "ann", "ann", "bo", "ann"), Batches.Text("zone", null, null, null, null));

        Assert.Equal([null, null, null, OutcomeCodes.DailyCap], Codes(await destination.DeliverAsync(batch, None)));
        Assert.Equal(["ann ann bo"], _type.Sent);
    }

    [Fact]
    public async Task What_was_refused_or_never_left_does_not_count()
    {
        await using var destination = Open(new LetterOptions { Type = "letters", MessagesPerDay = 1 });
        using var batch = Batches.Append("b", ["a", "b"], Batches.Text("to", "ann", "bo"), Batches.Text("zone", null, null));
        _type.Answer = to => to == "ann" ? RowOutcome.Rejected("no", "no") : RowOutcome.Accepted;
        Assert.Equal(["no", null], Codes(await destination.DeliverAsync(batch, None)));

        _type.Answer = _ => throw new DestinationException("closed");
        await Assert.ThrowsAsync<DestinationException>(async () => await destination.DeliverAsync(batch, None));

        // Bo had his message, Ann none yet.
        _type.Answer = _ => RowOutcome.Accepted;
        await using var later = Open(new LetterOptions { Type = "letters", MessagesPerDay = 1 });
        Assert.Equal([null, OutcomeCodes.DailyCap], Codes(await later.DeliverAsync(batch, None)));
    }

    [Fact]
    public async Task The_memory_has_no_plain_recipient_and_one_entry_for_each()
    {
        await using var destination = Open(new LetterOptions { Type = "letters", MessagesPerDay = 1 });
        using var batch = Batches.Append("b", ["a"], Batches.Text("to", "ann"), Batches.Text("zone", [null]));
        for (var day = 0; day < 3; day++)
        {
            Assert.True((await destination.DeliverAsync(batch, None)).AllAccepted);
            _time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Empty(await _memory.RecallAsync(["messages/ann", "ann"], None));
        Assert.Equal(3, _type.Sent.Count);
    }

    private static IEnumerable<string?> Codes(DeliveryReport report) => Enumerable.Range(0, report.Count).Select(row => report[row].Code);

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static QuietHours Quiet(string text) =>
        QuietHours.Parse(new ScalarNode(new Position("cdp.config.json"), ScalarType.Text, text), new BindContext([], JsonNamingPolicy.CamelCase))!;

    private IDestination Open(LetterOptions options)
    {
        var request = new DestinationRequest
        {
            Options = options, Object = new LetterObject(), Sync = "s", Model = "m", Mode = SyncMode.Append, Key = ["key"], Fields = ["to", "zone"],
            ProjectFolder = ".", Time = _time, Memory = _memory,
        };
        return DestinationKit.Open(_type, request, new RateBuckets(_time), "letters", new RetryPolicy(), _time);
    }

    internal sealed record LetterOptions : DestinationOptions, IMessageLimits
    {
        public QuietHours? QuietHours { get; init; }

        public int? MessagesPerDay { get; init; }
    }

    internal sealed record LetterObject;

    /// <summary>A vendor within the test: writes down what it is sent.</summary>
    private sealed class LetterType() : DestinationType<LetterOptions, LetterObject>("letters", "Letters.")
    {
        public List<string> Sent { get; } = [];

        public List<string> Ids { get; } = [];

        public Func<string, RowOutcome> Answer { get; set; } = _ => RowOutcome.Accepted;

        protected override IReadOnlyList<ObjectSpec> Offered => [Describe(null, new LetterObject())];

        protected override ObjectSpec Describe(LetterOptions? options, LetterObject @object) => new()
        {
            Name = "letters", Summary = "Letters.", Example = "{}", Modes = [SyncMode.Append], MaxBatchRows = 10, UnsafeToRepeat = [SyncMode.Append],
            OtherFields = true, Recipient = new RecipientSpec("to", "zone"),
        };

        protected override IDestination Open(LetterOptions options, LetterObject @object, DestinationRequest request) => new Box(this, Describe(options, @object).Describe(request));
    }

    private sealed class Box(LetterType vendor, DestinationDescriptor descriptor) : IDestination
    {
        public DestinationDescriptor Descriptor => descriptor;

        public ValueTask CheckAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask<DeliveryReport> DeliverAsync(ChangeBatch batch, CancellationToken cancellationToken)
        {
            var to = Enumerable.Range(0, batch.Count).Select(row => batch.Fields[0].Text(row)!).ToList();
            var report = DeliveryReport.For(batch);
            for (var row = 0; row < batch.Count; row++)
                report.Set(row, vendor.Answer(to[row]));
            vendor.Ids.Add(batch.Id);
            vendor.Sent.Add(string.Join(' ', to));
            return ValueTask.FromResult(report.Build());
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
