using System.ComponentModel;

namespace ReverseEtl.Core.Dbt;

/// <summary>A dbt project whose models and sources this project reads.</summary>
public sealed record DbtOptions
{
    [Description("The manifest that dbt wrote, from the project's folder: target/manifest.json of the dbt project.")]
    public required string Manifest { get; init; }

    [Description("How old the manifest may be, such as 7d; any age when left out. Where the dbt project's files lie beside it, they must be those that it was made of.")]
    public TimeSpan? MaxAge { get; init; }
}
