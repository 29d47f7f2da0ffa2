using System.ComponentModel;

namespace ReverseEtl.Core.Models;

/// <summary>The YAML header in the leading comment of a model.</summary>
public sealed record ModelHeader
{
    [Description("profile, trait, segment, event or table.")]
    public required ModelKind Kind { get; init; }

    [Description("The column or columns that tell rows apart; a segment's default is its profile's.")]
    public IReadOnlyList<string> Key { get; init; } = [];

    [Description("For segments and traits: the profile whose rows they speak of.")]
    public string? Profile { get; init; }

    [Description("Who answers for the model.")]
    public string? Owner { get; init; }

    [Description("What a row means, for people.")]
    public string? Description { get; init; }

    [Description("Files beside this one with the SQL for a type of warehouse that needs other words: { postgres: NAME.postgres.sql }.")]
    public IReadOnlyDictionary<string, string> Dialects { get; init; } = new Dictionary<string, string>();
}
