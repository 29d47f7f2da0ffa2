using System.Text.Json;
using System.Text.RegularExpressions;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Meta;

/// <summary>The users of a payload.</summary>
/// <param name="Schema">The keys, in the order of the columns.</param>
/// <param name="Data">The rows.</param>
internal sealed partial record UserRows(IReadOnlyList<string> Schema, IReadOnlyList<JsonElement> Data)
{
    private const int MostRows = 10_000;

    private static readonly HashSet<string> Hashed =
        ["EMAIL", "PHONE", "GEN", "DOBY", "DOBM", "DOBD", "LN", "FN", "FI", "CT", "ST", "ZIP", "COUNTRY"];

    private static readonly HashSet<string> Plain = ["EXTERN_ID", "MADID", "LOOKALIKE_VALUE", "DATA_PROCESSING_OPTIONS", "DATA_PROCESSING_OPTIONS_COUNTRY", "DATA_PROCESSING_OPTIONS_STATE"];

    private static readonly Dictionary<string, string> OldNames = new()
    {
        ["EMAIL_SHA256"] = "EMAIL",
        ["PHONE_SHA256"] = "PHONE",
        ["MOBILE_ADVERTISER_ID"] = "MADID",
    };

    /// <summary>The rows of a request, or what is wrong with it as a whole.</summary>
    public static (UserRows? Rows, string? Wrong) Read(MetaParameters parameters)
    {
        if (parameters.Structure("payload") is not { ValueKind: JsonValueKind.Object } payload)
            return (null, "(#100) The parameter payload is required");
        string?[] names = payload.Get("schema") switch
        {
            { ValueKind: JsonValueKind.String } one => [one.GetString()],
            { ValueKind: JsonValueKind.Array } many => [.. many.EnumerateArray().Select(name => name.AsText())],
            _ => [],
        };
        string[] schema = [.. names.Select(name => OldNames.GetValueOrDefault(name ?? "", name ?? ""))];
        if (schema.Length == 0)
            return (null, "(#100) Missing schema in the payload");
        if (Array.Find(schema, name => !Hashed.Contains(name) && !Plain.Contains(name)) is { } unknown)
            return (null, $"(#100) Invalid key in schema: {unknown}");
        if (payload.Get("data") is not { ValueKind: JsonValueKind.Array } data)
            return (null, "(#100) Missing data in the payload");
        return data.GetArrayLength() > MostRows
            ? (null, $"(#100) Too many rows: each request can take up to {MostRows} users")
            : (new UserRows(schema, [.. data.EnumerateArray()]), null);
    }

    /// <summary>A row by key; null, with the reason, where it is no valid entry.</summary>
    public (IReadOnlyDictionary<string, string?>? Record, string Reason) Entry(int row)
    {
        var values = Data[row].ValueKind is JsonValueKind.Array ? Data[row].EnumerateArray().ToArray() : [Data[row]];
        if (values.Length != Schema.Count)
            return (null, "the number of values is not that of the schema");
        var record = new Dictionary<string, string?>(StringComparer.Ordinal);
        for (var column = 0; column < values.Length; column++)
        {
            if (values[column].ValueKind is JsonValueKind.Null or JsonValueKind.Object)
                return (null, $"{Schema[column]} is no text");
            var text = values[column].AsText()!;
            if (text.Length == 0)
                continue;
            if (Hashed.Contains(Schema[column]) && !Sha256().IsMatch(text))
                return (null, $"{Schema[column]} is not hashed with SHA-256");
            record[Schema[column]] = text;
        }

        return record.Count > 0 ? (record, "") : (null, "the row is empty");
    }

    public static IReadOnlyList<IEnumerable<string>> Values(VendorCall call) =>
        [.. (Read(new MetaParameters(call)).Rows?.Data ?? []).Select(row => row.Scalars())];

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Sha256();
}
