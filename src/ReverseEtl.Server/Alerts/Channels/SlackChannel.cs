using System.ComponentModel;
using ReverseEtl.Core.Alerts;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Server.Alerts.Channels;

/// <summary>An incoming webhook of Slack, or of anything that takes the same: Mattermost, Rocket.Chat.</summary>
internal sealed record SlackChannelOptions : AlertChannelOptions
{
    [Description("The incoming webhook's address: https://hooks.slack.com/services/...")]
    public required Secret Url { get; init; }

    /// <inheritdoc/>
    public override string? Problem() => Addresses.Problem("url", Url);
}

/// <summary>See https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.</summary>
internal sealed class SlackChannel(SlackChannelOptions options, TimeProvider time) : IAlertChannel
{
    /// <inheritdoc/>
    public Task<string?> TellAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        var mark = message.IsRecovery ? ":white_check_mark:" : ":rotating_light:";
        var text = string.Join('\n', message.Lines.Select(Escape).Prepend($"{mark} *{Escape(message.Title)}*"));
        return new JsonPost(new Uri(options.Url.Reveal()), [options.Url], time)
            .SendAsync(JsonPost.Document(writer => writer.WriteString("text", text)), headers: null, cancellationToken);
    }

    // Slack's three control characters; a sync's name may not call the whole channel.
    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
