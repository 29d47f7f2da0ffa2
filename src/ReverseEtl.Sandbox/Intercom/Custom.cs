using System.Text.Json;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Intercom;

/// <summary>Custom attributes: kept as one JSON object, since their values have types.</summary>
internal static class Custom
{
    public const string Field = "custom_attributes";

    /// <summary>What is wrong with those of a body; null where nothing is.</summary>
    public static string? Wrong(VendorCall call, JsonElement body)
    {
        if (body.Get(Field) is not { ValueKind: not JsonValueKind.Null } given)
            return null;
        if (given.ValueKind is not JsonValueKind.Object)
            return "custom_attributes must be an object";
        foreach (var attribute in given.EnumerateObject())
        {
            if (!DataAttributes.Exists(attribute.Name))
                return $"Custom attribute '{attribute.Name}' does not exist";
            if (attribute.Value.ValueKind is JsonValueKind.Object)
                return $"Custom attribute '{attribute.Name}' has a value of a kind that is not allowed";
        }

        return null;
    }

    /// <summary>Those of a record with those of a body: each for itself.</summary>
    public static string Merged(IReadOnlyDictionary<string, string?> record, JsonElement body)
    {
        var merged = Read(record);
        if (body.Get(Field) is { ValueKind: JsonValueKind.Object } given)
        {
            foreach (var attribute in given.EnumerateObject())
                merged[attribute.Name] = JsonNode.Parse(attribute.Value.GetRawText());
        }

        return merged.ToJsonString();
    }

    public static JsonObject Read(IReadOnlyDictionary<string, string?> record) =>
        record.GetValueOrDefault(Field) is { } text ? JsonNode.Parse(text)!.AsObject() : [];

    /// <summary>A record as it is shown: custom attributes beside the others.</summary>
    public static IReadOnlyDictionary<string, string?> Flat(string id, IReadOnlyDictionary<string, string?> record)
    {
        var custom = VendorCall.Parse(System.Text.Encoding.UTF8.GetBytes(record.GetValueOrDefault(Field) ?? "{}"))!.Value.Fields();
        return Record.Empty.With(custom).With(record.Where(field => field.Key != Field)).With([new("id", id)]);
    }
}
