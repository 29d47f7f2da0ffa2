using System.ComponentModel;
using System.Globalization;
using ReverseEtl.Core.Alerts;
using ReverseEtl.Core.Config;
using ReverseEtl.Http.Signing;

namespace ReverseEtl.Server.Alerts.Channels;

/// <summary>A receiver of one's own.</summary>
internal sealed record WebhookChannelOptions : AlertChannelOptions
{
    [Description("Where to post.")]
    public required Secret Url { get; init; }

    [Description("The signing secret as Standard Webhooks has it: whsec_ and Base64. Without it requests are not signed.")]
    public Secret? Secret { get; init; }

    [Description("Headers to send along, for example Authorization.")]
    public IReadOnlyDictionary<string, Secret>? Headers { get; init; }

    /// <inheritdoc/>
    public override string? Problem() => Addresses.Problem("url", Url)
        ?? (Secret is not null && !StandardWebhookSignature.IsSecret(Secret) ? "secret must be whsec_ followed by Base64" : null);
}

/// <summary>Posts one JSON document for each message, signed as rows to a webhook destination are.</summary>
internal sealed class WebhookChannel(WebhookChannelOptions options, TimeProvider time) : IAlertChannel
{
    /// <inheritdoc/>
    public Task<string?> TellAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        var body = JsonPost.Document(writer =>
        {
            writer.WriteString("project", message.Project);
            writer.WriteString("sync", message.Sync);
            writer.WriteString("trigger", message.Trigger);
            writer.WriteString("state", message.IsRecovery ? "recovered" : "open");
            writer.WriteString("title", message.Title);
            writer.WriteString("text", message.Text);
            writer.WriteString("since", message.Since.UtcDateTime);
            writer.WriteString("run_id", message.RunId);
            writer.WriteString("next", message.Advice);
        });
        // The same for every attempt, so that the receiver can drop a repeat.
        var id = string.Create(CultureInfo.InvariantCulture, $"{message.Sync}-{message.Trigger}-{message.Since.ToUnixTimeMilliseconds()}-{(message.IsRecovery ? "recovered" : "open")}");
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        return new JsonPost(new Uri(options.Url.Reveal()), [options.Url, .. options.Headers?.Values ?? [], .. options.Secret is null ? Array.Empty<Secret>() : [options.Secret]], time).SendAsync(
            body,
            headers =>
            {
                foreach (var (name, value) in options.Headers ?? new Dictionary<string, Secret>())
                    headers.TryAddWithoutValidation(name, value.Reveal());
                headers.Add("webhook-id", id);
                headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
                if (options.Secret is not null)
                    headers.Add("webhook-signature", new StandardWebhookSignature(options.Secret).Sign(id, timestamp, body));
            },
            cancellationToken);
    }
}
