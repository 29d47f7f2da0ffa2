using System.ComponentModel;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Connectors.Meta;

/// <summary>What all that is reached by the Graph API has in cdp.config.json.</summary>
public abstract record MetaGraphOptions : HttpDestinationOptions
{
    [Description("The access token of a system user who may write there.")]
    public required Secret AccessToken { get; init; }

    [Description("The version of the Graph API.")]
    public string ApiVersion { get; init; } = "v25.0";
}
