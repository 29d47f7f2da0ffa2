namespace ReverseEtl.Core.Models;

/// <summary>What a model describes.</summary>
public enum ModelKind
{
    /// <summary>One row for each person, company or thing, with all that is known of it.</summary>
    Profile,

    /// <summary>Facts about the rows of a profile, by its key.</summary>
    Trait,

    /// <summary>The keys of the rows of a profile that belong together.</summary>
    Segment,

    /// <summary>Things that happened, one row each.</summary>
    Event,

    /// <summary>Any other table, often a step that several models share.</summary>
    Table,
}
