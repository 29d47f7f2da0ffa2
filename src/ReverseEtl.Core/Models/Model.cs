using ReverseEtl.Core.Config;

namespace ReverseEtl.Core.Models;

/// <summary>One model: a name, a header and a SELECT with references.</summary>
/// <param name="Name">The file's name without <c>.sql</c>.</param>
/// <param name="File">Relative to the project's folder.</param>
/// <param name="Header">What the leading comment says.</param>
/// <param name="Template">The SQL with its references.</param>
public sealed record Model(string Name, string File, ModelHeader Header, SqlTemplate Template)
{
    /// <summary>The key columns: the header's, or the profile's for a segment that names none. Set when the project is loaded.</summary>
    public IReadOnlyList<string> Key { get; init; } = Header.Key;

    /// <summary>The file that the SQL stands in; another one where the header names one for the project's warehouse.</summary>
    public string SqlFile { get; init; } = File;

    /// <summary>The models this one reads, in order of first mention.</summary>
    public IReadOnlyList<string> References => [.. Template.Parts.OfType<RefPart>().Select(part => part.Model).Distinct(StringComparer.Ordinal)];

    /// <summary>The file as a whole.</summary>
    public Position At => new(File, 1, 1);
}
