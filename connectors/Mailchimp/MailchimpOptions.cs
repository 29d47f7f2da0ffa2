using System.ComponentModel;
using System.Text.RegularExpressions;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Connectors.Mailchimp;

/// <summary>A Mailchimp account in cdp.config.json.</summary>
public sealed partial record MailchimpOptions : HttpDestinationOptions
{
    internal const int UsualRequests = 10;

    [Description("An API key. It ends in the account's data centre, as in ...-us21.")]
    public required Secret ApiKey { get; init; }

    [Description("Requests per second at the most, over all syncs.")]
    public int RequestsPerSecond { get; init; } = UsualRequests;

    /// <summary>Where the account is; null where the key does not say.</summary>
    internal Uri? Root => BaseUrl ?? (DataCentre().Match(ApiKey.Reveal()) is { Success: true } match ? new Uri($"https://{match.Groups[1].Value}.api.mailchimp.com/3.0") : null);

    [GeneratedRegex("-([a-z]+[0-9]+)$")]
    private static partial Regex DataCentre();
}

/// <summary>What a sync writes to in Mailchimp: the members of an audience, unless it names a tag.</summary>
public sealed record MailchimpObject
{
    [Description("The name or the id of an audience.")]
    public required string Audience { get; init; }

    [Description("The name of a tag: members of the audience get it instead of being written.")]
    public string? Tag { get; init; }

    [Description("Make the tag if there is none of that name.")]
    public bool Create { get; init; }

    [Description("The status of members who are new: subscribed, pending (they are asked by e-mail first), transactional or unsubscribed. Whoever is there keeps theirs.")]
    public MailchimpStatus NewStatus { get; init; }
}

/// <summary>How a member stands to marketing.</summary>
public enum MailchimpStatus
{
    Subscribed,
    Pending,
    Transactional,
    Unsubscribed,
}
