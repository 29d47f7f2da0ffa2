using System.ComponentModel;
using ReverseEtl.Core.Alerts;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Server.Alerts.Channels;

/// <summary>A service of PagerDuty.</summary>
internal sealed record PagerDutyChannelOptions : AlertChannelOptions
{
    [Description("The integration key of an Events API v2 integration.")]
    public required Secret RoutingKey { get; init; }

    [Description("critical, error, warning or info.")]
    public PagerDutySeverity Severity { get; init; } = PagerDutySeverity.Error;

    [Description("Where events go: another region is https://events.eu.pagerduty.com.")]
    public Uri BaseUrl { get; init; } = new("https://events.pagerduty.com");
}

/// <summary>How grave PagerDuty takes it.</summary>
internal enum PagerDutySeverity
{
    Critical,
    Error,
    Warning,
    Info,
}

/// <summary>See https://developer.pagerduty.com/docs/events-api-v2-overview.</summary>
internal sealed class PagerDutyChannel(PagerDutyChannelOptions options, TimeProvider time) : IAlertChannel
{
    private const int LongestSummary = 1024;

    /// <inheritdoc/>
    public bool KeepsIncidents => true;

    /// <inheritdoc/>
    public Task<string?> TellAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        var body = JsonPost.Document(writer =>
        {
            writer.WriteString("routing_key", options.RoutingKey.Reveal());
            writer.WriteString("event_action", message.IsRecovery ? "resolve" : "trigger");
            writer.WriteString("dedup_key", message.Incident);
            if (message.IsRecovery)
                return;
            var summary = $"{message.Title}: {message.Text}";
            writer.WriteStartObject("payload");
            writer.WriteString("summary", summary.Length > LongestSummary ? summary[..LongestSummary] : summary);
            writer.WriteString("source", message.Project);
            writer.WriteString("severity", options.Severity.ToString().ToLowerInvariant());
            writer.WriteString("timestamp", message.Since.UtcDateTime);
            writer.WriteString("component", message.Sync);
            writer.WriteString("class", message.Trigger);
            writer.WriteStartObject("custom_details");
            writer.WriteString("run_id", message.RunId);
            writer.WriteString("next", message.Advice);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
        return new JsonPost(new Uri(options.BaseUrl, "/v2/enqueue"), [options.RoutingKey], time).SendAsync(body, headers: null, cancellationToken);
    }
}
