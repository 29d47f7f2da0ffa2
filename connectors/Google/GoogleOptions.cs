using System.ComponentModel;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Connectors.Google;

/// <summary>An account of Google's advertising products in cdp.config.json.</summary>
public sealed record GoogleOptions : HttpDestinationOptions
{
    internal const int UsualRequests = 300;

    [Description("The account to write to: the number of a Google Ads account, or kind and number: DISPLAY_VIDEO_ADVERTISER/123.")]
    public required string Account { get; init; }

    [Description("The account that the credentials have access to, where it is another one: a manager account. Written as account is.")]
    public string? LoginAccount { get; init; }

    [Description("For data partners: the account that the login account is linked to. Written as account is.")]
    public string? LinkedAccount { get; init; }

    [Description("The key of a service account: the JSON file's path, or its content. Either this or a refresh token.")]
    public Secret? ServiceAccount { get; init; }

    [Description("The id of the OAuth client that the refresh token was made with.")]
    public string? ClientId { get; init; }

    [Description("The secret of that client.")]
    public Secret? ClientSecret { get; init; }

    [Description("A refresh token with the scope https://www.googleapis.com/auth/datamanager.")]
    public Secret? RefreshToken { get; init; }

    [Description("Requests in a minute at the most; Google Cloud allows a project 300.")]
    public int RequestsPerMinute { get; init; } = UsualRequests;
}

/// <summary>What people consented to.</summary>
public sealed record GoogleConsent
{
    [Description("That their data goes to Google for advertising.")]
    public GoogleAnswer? AdUserData { get; init; }

    [Description("That advertising is made for them.")]
    public GoogleAnswer? AdPersonalization { get; init; }

    /// <summary>As requests have it.</summary>
    internal object Words => new { AdUserData = Word(AdUserData), AdPersonalization = Word(AdPersonalization) };

    /// <summary>Google's word for an answer.</summary>
    internal static string? Word(GoogleAnswer? answer) => answer is null ? null : $"CONSENT_{answer}".ToUpperInvariant();
}

/// <summary>Whether people consented.</summary>
public enum GoogleAnswer
{
    Granted,
    Denied,
}
