using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Lists: create, get, find.</summary>
internal static class HubSpotLists
{
    public const string Table = "lists";

    private static readonly string[] Types = ["MANUAL", "DYNAMIC", "SNAPSHOT"];

    public static VendorAnswer Create(VendorCall call)
    {
        if (call.Json is not { ValueKind: JsonValueKind.Object } body)
            return Invalid("Invalid input JSON on line 1, column 1: the body cannot be read");
        string? name = body.GetText("name"), type = body.GetText("objectTypeId"), processing = body.GetText("processingType");
        if (string.IsNullOrEmpty(name) || type is null || processing is null)
            return Invalid("Invalid input JSON on line 1, column 1: Some required fields were not set: [name, objectTypeId, processingType]");
        if (!Types.Contains(processing))
            return Invalid($"Invalid input JSON: processingType {processing} is not one of [{string.Join(", ", Types)}]");
        if (!type.Contains('-', StringComparison.Ordinal))
            return Invalid($"{type} is not an object type ID");
        if (processing == "DYNAMIC" && body.Get("filterBranch") is null)
            return Invalid("filterBranch is required for a DYNAMIC list");
        var lists = call.Account.Table(Table);
        if (lists.Records.FirstOrDefault(list => Is(list.Value, type, name)) is { Key: { } existing })
            return HubSpotDialect.Error(400, "VALIDATION_ERROR", $"There already exists a list ({existing}) with the name \"{name}\".", "ILS.DUPLICATE_LIST_NAMES");

        var id = call.Account.NextId("list", 1).ToString(CultureInfo.InvariantCulture);
        var at = call.Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        lists.Set(id, Record.Of(("name", name), ("objectTypeId", type), ("processingType", processing), ("createdAt", at)));
        return One(call, id);
    }

    public static VendorAnswer Get(VendorCall call) => One(call, call.Part("listId"));

    public static VendorAnswer ByName(VendorCall call)
    {
        string type = call.Part("objectTypeId"), name = call.Part("listName");
        return call.Account.Table(Table).Records.FirstOrDefault(list => Is(list.Value, type, name)) is { Key: { } id }
            ? One(call, id)
            : HubSpotDialect.Error(404, "OBJECT_NOT_FOUND", $"List does not exist with name {name} and object type ID {type}.", "ILS.LIST_NOT_FOUND");
    }

    public static VendorAnswer Search(VendorCall call)
    {
        if (call.Json is not { ValueKind: JsonValueKind.Object } body)
            return Invalid("Invalid input JSON on line 1, column 1: the body cannot be read");
        var words = (body.GetText("query") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var type = body.GetText("objectTypeId");
        HashSet<string> processing = [.. body.GetList("processingTypes").Select(value => value.AsText() ?? "")];
        var found = call.Account.Table(Table).Records
            .Where(list => (type is null || list.Value["objectTypeId"] == type)
                && (processing.Count == 0 || processing.Contains(list.Value["processingType"]!))
                && words.All(word => list.Value["name"]!.Contains(word, StringComparison.OrdinalIgnoreCase)))
            .ToList();
        int offset = Number(body, "offset") ?? 0, count = Number(body, "count") ?? 20;
        var page = found.Skip(offset).Take(count).Select(list => Describe(list.Key, list.Value)).ToList();
        return VendorAnswer.Json(200, new { lists = page, hasMore = offset + page.Count < found.Count, offset = offset + page.Count, total = found.Count });
    }

    public static VendorAnswer Unknown(string id) =>
        HubSpotDialect.Error(404, "OBJECT_NOT_FOUND", $"List does not exist with ID {id}.", "ILS.LIST_NOT_FOUND");

    private static VendorAnswer One(VendorCall call, string id) => call.Account.Table(Table).Get(id) is { } list
        ? VendorAnswer.Json(200, new { list = Describe(id, list) })
        : Unknown(id);

    private static Dictionary<string, object?> Describe(string id, IReadOnlyDictionary<string, string?> list) => new()
    {
        ["listId"] = id,
        ["listVersion"] = 1,
        ["name"] = list["name"],
        ["objectTypeId"] = list["objectTypeId"],
        ["processingType"] = list["processingType"],
        ["processingStatus"] = "COMPLETE",
        ["createdAt"] = list["createdAt"],
        ["updatedAt"] = list["createdAt"],
    };

    private static bool Is(IReadOnlyDictionary<string, string?> list, string type, string name) =>
        list["objectTypeId"] == type && string.Equals(list["name"], name, StringComparison.OrdinalIgnoreCase);

    private static int? Number(JsonElement body, string name) =>
        body.Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : null;

    private static VendorAnswer Invalid(string message) => HubSpotDialect.Error(400, "VALIDATION_ERROR", message);
}
