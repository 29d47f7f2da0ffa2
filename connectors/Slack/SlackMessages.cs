using System.Globalization;
using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http;
using ReverseEtl.Http.Messages;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Slack;

/// <summary>Messages to a channel: one for each row, or a digest of a batch. Slack remembers no request, so none is repeated that may have arrived.</summary>
internal sealed class SlackMessages(SlackObject @object, DestinationRequest request, VendorApi<ISlackApi> api)
    : ApiDestination<ISlackApi>(Describe(@object), request, api)
{
    // Slack shows the whole of a short message, and silently cuts a long one.
    private const int DigestCharacters = 4_000;
    private const int MostCharacters = 40_000;

    public static ObjectSpec Describe(SlackObject @object) => Describe(@object.Digest) with { Text = (batch, row) => MessageText.Of(@object.Template, batch, row, Escape) };

    public static ObjectSpec Describe(bool digest) => new()
    {
        Name = digest ? "digest" : "messages",
        Summary = digest ? "A message for up to 50 new rows, a line each." : "A message for each new row.",
        Example = digest
            ? "{ channel: \"#vip\", template: \"• {{first_name}} ({{total}} EUR)\", digest: true, header: \"*{{count}} new VIPs*\" }"
            : "{ channel: \"#vip\", template: \"{{first_name}} is a VIP now\" }",
        Modes = [SyncMode.Append],
        OtherFields = true,
        MaxBatchRows = digest ? 50 : 1,
        UnsafeToRepeat = [SyncMode.Append],
        Reports = Reporting.PerRequest,
    };

    /// <inheritdoc/>
    protected override async ValueTask LookAsync(CancellationToken cancellationToken) =>
        await Api.AskAsync((slack, token) => slack.WhoAmIAsync(token), cancellationToken);

    /// <inheritdoc/>
    protected override async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var unsent = new Dictionary<int, RowOutcome>();
        var text = Text(batch, unsent);
        if (unsent.Count == batch.Count)
            return DeliveryReport.All(batch, unsent[0]);
        // Cut in halves until it fits; nothing was sent.
        if (text.Length > (batch.Count > 1 ? DigestCharacters : MostCharacters))
            return DeliveryReport.BatchRejected(batch, OutcomeCodes.TooLarge, $"the message would have {text.Length:N0} characters; Slack cuts it after {MostCharacters:N0}");
        var body = ColumnarContent.Json(writer => Write(writer, text), "application/json; charset=utf-8");
        var report = await Api.SendAsync(batch, body, (slack, content, token) => slack.PostAsync(content, token), answer => Read(batch, answer), cancellationToken);
        return report.WithUnsent(batch, unsent);
    }

    private string Text(ChangeBatch batch, Dictionary<int, RowOutcome> unsent)
    {
        var lines = new List<string>(batch.Count + 1);
        for (var row = 0; row < batch.Count; row++)
        {
            if (MessageText.Of(@object.Template, batch, row, Escape) is { } line)
                lines.Add(line);
            else
                unsent[row] = MessageText.None;
        }

        if (@object.Header is { } header)
            lines.Insert(0, header.Replace("{{count}}", lines.Count.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        return string.Join('\n', lines);
    }

    // Else a value could mention everybody (<!channel>) or bring a link of its own.
    private static string Escape(string value) =>
        value.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private void Write(Utf8JsonWriter writer, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("channel", @object.Channel);
        writer.WriteString("text", text);
        writer.WriteEndObject();
    }

    private DeliveryReport Read(ChangeBatch batch, HttpAnswer answer) => DeliveryReport.All(batch, answer.Json()?.Get("ok") is { ValueKind: JsonValueKind.True }
        ? RowOutcome.Accepted
        : RowOutcome.Unknown(OutcomeCodes.NoResult, $"{answer.Describe(Api.Redactor)}: neither ok nor an error"));
}
