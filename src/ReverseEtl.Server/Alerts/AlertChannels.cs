using ReverseEtl.Core.Alerts;
using ReverseEtl.Server.Alerts.Channels;

namespace ReverseEtl.Server.Alerts;

/// <summary>The kinds of channels.</summary>
internal static class AlertChannels
{
    /// <summary>Their option records, by type.</summary>
    public static IReadOnlyDictionary<string, Type> Types { get; } = new Dictionary<string, Type>
    {
        ["slack"] = typeof(SlackChannelOptions),
        ["email"] = typeof(EmailChannelOptions),
        ["pagerduty"] = typeof(PagerDutyChannelOptions),
        ["webhook"] = typeof(WebhookChannelOptions),
    };

    /// <summary>A channel; cheap, and connects to nothing yet.</summary>
    public static IAlertChannel Open(AlertChannelOptions options, string projectFolder, TimeProvider time) => options switch
    {
        SlackChannelOptions slack => new SlackChannel(slack, time),
        EmailChannelOptions email => new EmailChannel(email, projectFolder, time),
        PagerDutyChannelOptions pagerDuty => new PagerDutyChannel(pagerDuty, time),
        WebhookChannelOptions webhook => new WebhookChannel(webhook, time),
        var unknown => throw new InvalidOperationException($"no channel for {unknown.GetType().Name}"),
    };
}
