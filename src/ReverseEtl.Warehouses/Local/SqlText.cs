using System.Globalization;

namespace ReverseEtl.Warehouses.Local;

/// <summary>Pieces of SQL.</summary>
internal static class SqlText
{
    /// <summary>Some numbered names.</summary>
    public static IReadOnlyList<string> Names(string prefix, int count) => [.. Enumerable.Range(0, count).Select(i => $"{prefix}{i}")];

    public static string List(IEnumerable<string> items) => string.Join(", ", items);

    /// <summary>A join on the key.</summary>
    public static string Match(IReadOnlyList<string> keys, string left, string right) => string.Join(" and ", keys.Select(key => $"{left}.{key} = {right}.{key}"));

    /// <summary>Items joined by an operator that may be grouped at will: as a balanced tree, for the depth of expressions is limited.</summary>
    public static string Balanced(ReadOnlySpan<string> items, string operation) => items.Length switch
    {
        0 => "''",
        1 => items[0],
        var count => $"({Balanced(items[..(count / 2)], operation)}{operation}{Balanced(items[(count / 2)..], operation)})",
    };

    /// <summary>An instant as a literal.</summary>
    public static string Instant(DateTimeOffset instant) =>
        string.Create(CultureInfo.InvariantCulture, $"timestamptz '{instant.UtcDateTime:yyyy-MM-dd HH:mm:ss.ffffff}+00'");
}
