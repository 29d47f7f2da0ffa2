using System.ComponentModel;
using ReverseEtl.Connectors.Meta;

namespace ReverseEtl.Connectors.MetaAudiences;

/// <summary>An ad account of Meta's in cdp.config.json.</summary>
public sealed record MetaOptions : MetaGraphOptions
{
    [Description("The ad account: act_ and its number.")]
    public required string AdAccountId { get; init; }
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
