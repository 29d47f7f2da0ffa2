using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>One input of a batch.</summary>
/// <param name="Id">The object's id, or its value of <paramref name="IdProperty"/>.</param>
/// <param name="IdProperty">The unique property that finds it; null for the id.</param>
/// <param name="Trace">Its objectWriteTraceId.</param>
/// <param name="Properties">What to set.</param>
internal sealed record BatchInput(string Id, string? IdProperty, string? Trace, IReadOnlyDictionary<string, string?> Properties)
{
    private const int MostInputs = 100;

    /// <summary>The inputs of a batch, or what is wrong with it as a whole.</summary>
    /// <param name="call">The request.</param>
    /// <param name="needsId">Whether every input names an object.</param>
    public static (IReadOnlyList<BatchInput> Inputs, string? Wrong) Read(VendorCall call, bool needsId)
    {
        if (call.Json is not { ValueKind: JsonValueKind.Object } body)
            return ([], "Invalid input JSON on line 1, column 1: the body cannot be read");
        if (body.Get("inputs") is not { ValueKind: JsonValueKind.Array } array)
            return ([], "Invalid input JSON on line 1, column 1: Some required fields were not set: [inputs]");
        if (array.GetArrayLength() > MostInputs)
            return ([], $"Batch size exceeds the limit: there is a maximum of {MostInputs} inputs per request");

        var inputs = new List<BatchInput>();
        foreach (var item in array.EnumerateArray())
        {
            if (Wrong(item, needsId) is { } wrong)
                return ([], wrong);
            inputs.Add(new BatchInput(
                item.Get("id")?.AsText() ?? "", item.GetText("idProperty"), item.GetText("objectWriteTraceId"),
                item.Get("properties")?.Fields() ?? Record.Empty));
        }

        return (inputs, null);
    }

    private static string? Wrong(JsonElement item, bool needsId)
    {
        if (item.ValueKind is not JsonValueKind.Object)
            return "Invalid input JSON: an input must be an object";
        if (needsId && item.Get("id") is not { ValueKind: JsonValueKind.String or JsonValueKind.Number })
            return "Invalid input JSON: Some required fields were not set: [id]";
        if (item.Get("properties") is not { } properties)
            return null;
        return properties.ValueKind is not JsonValueKind.Object
            || properties.EnumerateObject().Any(property => property.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            ? "Invalid input JSON: Cannot deserialize value of type `java.lang.String` from a structure"
            : null;
    }
}
