using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Core.Mapping;

/// <summary>Guesses which column a field gets its value from, by their names.</summary>
public static class SuggestedMapping
{
    /// <summary>The fields of an object with the columns that look like theirs; where any field may be mapped, the other columns under their own names.</summary>
    /// <param name="spec">The object.</param>
    /// <param name="columns">The model's columns.</param>
    public static IReadOnlyList<(string Field, string Column)> Of(ObjectSpec spec, IReadOnlyList<string> columns)
    {
        var suggested = new List<(string Field, string Column)>();
        foreach (var field in spec.Fields)
        {
            var names = field.Aliases.Prepend(field.Name).Select(Plain).ToList();
            if (columns.OrderBy(column => names.IndexOf(Plain(column))).FirstOrDefault(column => names.Contains(Plain(column))) is { } column)
                suggested.Add((field.Name, column));
        }

        if (spec.OtherFields)
        {
            foreach (var column in columns.Where(column => suggested.All(pair => pair.Column != column) && spec.Field(column) is null))
                suggested.Add((column, column));
        }

        return suggested;
    }

    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
