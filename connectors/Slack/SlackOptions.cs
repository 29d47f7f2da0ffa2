using System.ComponentModel;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Mapping;
using ReverseEtl.Http.Messages;

namespace ReverseEtl.Connectors.Slack;

/// <summary>A Slack app in cdp.config.json.</summary>
public sealed record SlackOptions : HttpDestinationOptions, IMessageLimits
{
    internal const int UsualMessages = 1;

    [Description("The app's bot token (xoxb-...), with the scope chat:write.")]
    public required Secret Token { get; init; }

    [Description("Messages per second at the most. Slack allows about one per channel.")]
    public int MessagesPerSecond { get; init; } = UsualMessages;

    [Description("When nothing is posted, as 21:00-08:00 Europe/Copenhagen; rows wait until it is over.")]
    public QuietHours? QuietHours { get; init; }

    // A channel is nobody who must be spared.
    int? IMessageLimits.MessagesPerDay => null;
}

/// <summary>The channel that a sync posts to, and what it says.</summary>
public sealed record SlackObject
{
    [Description("The channel: #name or its id (C0123456789). The app must be a member.")]
    public required string Channel { get; init; }

    [Description("What is said of a row: Handlebars over the mapped fields, in Slack's mrkdwn.")]
    public required FieldTemplate Template { get; init; }

    [Description("One message for many rows, a line each, instead of one message for each row.")]
    public bool Digest { get; init; }

    [Description("The first line of a digest; {{count}} is the number of its rows.")]
    public string? Header { get; init; }
}
