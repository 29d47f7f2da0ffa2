using System.ComponentModel;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Connectors.Files;

/// <summary>A <c>file</c> destination in cdp.config.json.</summary>
public sealed record FileOptions : DestinationOptions
{
    [Description("The folder that the files are written to, from the project's folder.")]
    public required string Path { get; init; }
}
