using System.ComponentModel;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Connectors.MetaAudiences;

/// <summary>An ad account of Meta's in cdp.config.json.</summary>
public sealed record MetaOptions : HttpDestinationOptions
{
    [Description("The ad account: act_ and its number.")]
    public required string AdAccountId { get; init; }

    [Description("The access token of a system user with ads_management on the ad account.")]
    public required Secret AccessToken { get; init; }

    [Description("The version of the Graph API.")]
    public string ApiVersion { get; init; } = "v25.0";
}

/// <summary>The audience that a sync writes to.</summary>
public sealed record MetaObject
{
    [Description("The audience's name.")]
    public required string Audience { get; init; }

    [Description("Make the audience if there is none of that name.")]
    public bool Create { get; init; }

    [Description("The country of phone numbers without a country code, ISO 3166 with two letters, where no COUNTRY is mapped.")]
    public string? Country { get; init; }
}
