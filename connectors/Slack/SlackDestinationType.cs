using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Auth;
using ReverseEtl.Http.Messages;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Slack;

/// <summary>Slack: messages to a channel.</summary>
public sealed class SlackDestinationType() : DestinationType<SlackOptions, SlackObject>("slack", "Slack: a message to a channel for each new row, or a digest of them.")
{
    private static readonly Uri Vendor = new("https://slack.com");

    private static readonly VendorErrors Errors = new()
    {
        Find = body => body.Get("ok") is { ValueKind: JsonValueKind.False }
            ? new VendorError(body.Text("error") ?? "", string.Join("; ", body.Items("response_metadata", "messages")))
            : null,
        Throttled = new HashSet<string> { "ratelimited", "rate_limited", "message_limit_exceeded" },
        Passing = new HashSet<string> { "service_unavailable", "team_added_to_org" },
        Doubtful = new HashSet<string> { "internal_error", "fatal_error", "request_timeout" },
        Unusable = new HashSet<string>
        {
            "not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired", "missing_scope", "not_allowed_token_type", "no_permission",
            "access_denied", "accesslimited", "ekm_access_denied", "enterprise_is_restricted", "org_login_required", "two_factor_setup_required", "team_access_not_granted",
            "channel_not_found", "not_in_channel", "is_archived", "restricted_action", "restricted_action_read_only_channel", "restricted_action_non_threadable_channel",
            "messages_tab_disabled", "unknown_method",
        },
    };

    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } = [SlackMessages.Describe(digest: false), SlackMessages.Describe(digest: true)];

    /// <inheritdoc/>
    protected override RateBudget? Rate(SlackOptions? options) => new(options?.MessagesPerSecond ?? SlackOptions.UsualMessages, TimeSpan.FromSeconds(1));

    /// <inheritdoc/>
    protected override ObjectSpec Describe(SlackOptions? options, SlackObject @object) => SlackMessages.Describe(@object);

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(SlackOptions options, SlackObject @object, DestinationRequest request)
    {
        foreach (var wrong in MessageText.Check(@object.Template, request))
            yield return wrong;
        if (@object.Header is not null && !@object.Digest)
            yield return "object.header begins a digest; add digest: true, or put it into the template";
        if (options.MessagesPerSecond < 1)
            yield return "messagesPerSecond must be 1 or more";
    }

    /// <inheritdoc/>
    protected override IDestination Open(SlackOptions options, SlackObject @object, DestinationRequest request) => new SlackMessages(@object, request,
        new VendorApi<ISlackApi>(
            new VendorSettings
            {
                Root = options.BaseUrl ?? Vendor,
                Auth = HeaderAuth.Bearer(options.Token),
                Errors = Errors,
            },
            request));
}
