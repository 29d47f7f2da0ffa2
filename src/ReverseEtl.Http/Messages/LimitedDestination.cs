using System.Globalization;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Resilience;

namespace ReverseEtl.Http.Messages;

/// <summary>
/// Keeps the limits of messages: a row whose recipient has quiet hours, or had their messages of the day, is put off and not sent. Stands
/// before everything that repeats, so that a repeated message counts once.
/// </summary>
internal sealed class LimitedDestination : IDestination
{
    private readonly IDestination _inner;
    private readonly RecipientSpec? _recipient;
    private readonly QuietHours? _quiet;
    private readonly MessageCounts? _counts;
    private readonly TimeProvider _time;

    private LimitedDestination(IDestination inner, RecipientSpec? recipient, IMessageLimits limits, DestinationRequest request)
    {
        (_inner, _recipient, _quiet, _time) = (inner, recipient, limits.QuietHours, request.Time);
        _counts = limits.MessagesPerDay is { } limit && recipient is not null ? new MessageCounts(request.Memory, limit) : null;
    }

    /// <summary>A destination that keeps the limits that its options have; the same one where they have none.</summary>
    public static IDestination Wrap(IDestination inner, ObjectSpec spec, DestinationRequest request) =>
        request.Options is IMessageLimits limits and ({ QuietHours: not null } or { MessagesPerDay: not null })
            ? new LimitedDestination(inner, spec.Recipient, limits, request)
            : inner;

    /// <inheritdoc/>
    public DestinationDescriptor Descriptor => _inner.Descriptor;

    /// <inheritdoc/>
    public ValueTask CheckAsync(CancellationToken cancellationToken) => _inner.CheckAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long?> CountAsync(CancellationToken cancellationToken) => _inner.CountAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask CompleteAsync(CancellationToken cancellationToken) => _inner.CompleteAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    /// <inheritdoc/>
    public async ValueTask<DeliveryReport> DeliverAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var (unsent, messages) = (new Dictionary<int, RowOutcome>(), new Dictionary<int, (string Recipient, DateOnly Day)>());
        var now = _time.GetUtcNow();
        for (var row = 0; row < batch.Count; row++)
            Look(batch, row, now, unsent, messages);
        await CountAsync(now, batch, unsent, messages, cancellationToken);

        var sent = false;
        try
        {
            var report = await SendAsync(batch, unsent, cancellationToken);
            sent = true;
            await GiveBackAsync(messages.Where(message => report[message.Key].Kind is OutcomeKind.Rejected && !unsent.ContainsKey(message.Key)));
            return report;
        }
        finally
        {
            // An exception means that nothing arrived.
            if (!sent)
                await GiveBackAsync(messages.Where(message => !unsent.ContainsKey(message.Key)));
        }
    }

    private void Look(ChangeBatch batch, int row, DateTimeOffset now, Dictionary<int, RowOutcome> unsent, Dictionary<int, (string Recipient, DateOnly Day)> messages)
    {
        var name = Value(batch, row, _recipient?.TimeZoneField);
        if (ZoneOf(name) is not { } zone)
            unsent[row] = RowOutcome.Rejected(OutcomeCodes.InvalidValue, $"{_recipient!.TimeZoneField} is no time zone of IANA, such as Europe/Copenhagen");
        else if (_quiet?.EndAfter(now, zone) is { } end)
            unsent[row] = RowOutcome.PutOff(OutcomeCodes.QuietHours, string.Create(CultureInfo.InvariantCulture, $"not before {end:yyyy-MM-dd HH:mm}Z, as the destination has quietHours"), end);
        else if (_counts is not null && Value(batch, row, _recipient!.Field) is { } recipient)
            messages[row] = (recipient, LocalDay.Of(now, zone).Day);
    }

    private async ValueTask CountAsync(
        DateTimeOffset now, ChangeBatch batch, Dictionary<int, RowOutcome> unsent, Dictionary<int, (string Recipient, DateOnly Day)> messages, CancellationToken cancellationToken)
    {
        if (messages.Count == 0)
            return;
        var rows = messages.Keys.ToArray();
        var granted = await _counts!.TakeAsync([.. rows.Select(row => messages[row])], cancellationToken);
        foreach (var row in rows.Where((_, at) => !granted[at]))
        {
            var next = LocalDay.Of(now, ZoneOf(Value(batch, row, _recipient!.TimeZoneField))!).Next;
            unsent[row] = RowOutcome.PutOff(OutcomeCodes.DailyCap, "the recipient had as many messages today as the destination's messagesPerDay allows", next);
        }
    }

    private async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, Dictionary<int, RowOutcome> unsent, CancellationToken cancellationToken)
    {
        if (unsent.Count == 0)
            return await _inner.DeliverAsync(batch, cancellationToken);
        var report = DeliveryReport.For(batch);
        foreach (var (row, outcome) in unsent)
            report.Set(row, outcome);
        int[] rows = [.. Enumerable.Range(0, batch.Count).Where(row => !unsent.ContainsKey(row))];
        if (rows.Length == 0)
            return report.Build();
        using var part = batch.Take(rows, BatchPart.IdOf(batch, rows));
        var sent = await _inner.DeliverAsync(part, cancellationToken);
        for (var at = 0; at < rows.Length; at++)
            report.Set(rows[at], sent[at]);
        return report.Build().With(sent.Reported);
    }

    private ValueTask GiveBackAsync(IEnumerable<KeyValuePair<int, (string Recipient, DateOnly Day)>> unsent) =>
        _counts is null ? ValueTask.CompletedTask : _counts.GiveBackAsync([.. unsent.Select(message => message.Value)]);

    private TimeZoneInfo? ZoneOf(string? name) => name is null
        ? _quiet?.Zone ?? TimeZoneInfo.Utc
        : TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    private static string? Value(ChangeBatch batch, int row, string? field) =>
        field is null ? null : batch.Fields.FirstOrDefault(column => column.Name == field)?.Text(row);
}
