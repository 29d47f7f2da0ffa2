namespace ReverseEtl.Sandbox.Vendors;

/// <summary>Makes records: fields by name, text as it is and anything else as its JSON.</summary>
internal static class Record
{
    public static readonly IReadOnlyDictionary<string, string?> Empty = new Dictionary<string, string?>();

    public static IReadOnlyDictionary<string, string?> Of(params ReadOnlySpan<(string Name, string? Value)> fields)
    {
        var record = new Dictionary<string, string?>(fields.Length, StringComparer.Ordinal);
        foreach (var (name, value) in fields)
            record[name] = value;
        return record;
    }

    /// <summary>The record with some fields set; the others stay.</summary>
    public static IReadOnlyDictionary<string, string?> With(
        this IReadOnlyDictionary<string, string?> record, IEnumerable<KeyValuePair<string, string?>> fields)
    {
        var changed = new Dictionary<string, string?>(record, StringComparer.Ordinal);
        foreach (var (name, value) in fields)
            changed[name] = value;
        return changed;
    }
}
