using System.Text.Json;

namespace ReverseEtl.Core.State;

/// <summary>A destination's own counters as text: a JSON object of whole numbers, its names in ordinal order.</summary>
public static class Counters
{
    /// <summary>The text of some counters; null for none.</summary>
    public static string? Format(IReadOnlyDictionary<string, long> counters) => counters.Count == 0
        ? null
        : JsonSerializer.Serialize(new SortedDictionary<string, long>(counters.ToDictionary(), StringComparer.Ordinal));

    /// <summary>The counters of a text.</summary>
    public static IReadOnlyDictionary<string, long> Parse(string? text) =>
        text is null ? new Dictionary<string, long>() : JsonSerializer.Deserialize<SortedDictionary<string, long>>(text)!;

    /// <summary>The sum of some texts, name by name.</summary>
    public static string? Sum(IEnumerable<string?> texts) => Format(texts
        .SelectMany(Parse)
        .GroupBy(counter => counter.Key, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.Sum(counter => counter.Value), StringComparer.Ordinal));
}
