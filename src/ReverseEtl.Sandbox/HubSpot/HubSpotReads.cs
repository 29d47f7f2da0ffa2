using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>batch/read, batch/archive, and the look-ups of objects and properties.</summary>
internal static class HubSpotReads
{
    private const int UsualPage = 10;

    public static VendorAnswer Read(VendorCall call)
    {
        var (inputs, unreadable) = BatchInput.Read(call, needsId: true);
        if (unreadable is not null || Table(call) is not { } table)
            return HubSpotDialect.Error(400, "VALIDATION_ERROR", unreadable ?? NoType(call));
        var property = call.Json!.Value.GetText("idProperty");
        string[] wanted = [.. call.Json.Value.GetList("properties").Where(name => name.ValueKind is JsonValueKind.String).Select(name => name.GetString()!)];
        var answer = new BatchAnswer(call);
        foreach (var input in inputs.DistinctBy(input => input.Id))
        {
            var id = property is null ? input.Id : table.Find(property, input.Id, PropertyRules.Comparer(property));
            if (id is not null && table.Get(id) is { } record)
                answer.Add(id, wanted.ToDictionary(name => name, record.GetValueOrDefault));
            else
                answer.Refuse(input, "OBJECT_NOT_FOUND", "Could not get some objects, they may be deleted or not exist. Check that ids are valid.");
        }

        return answer.Build(200);
    }

    public static VendorAnswer Archive(VendorCall call)
    {
        var (inputs, unreadable) = BatchInput.Read(call, needsId: true);
        if (unreadable is not null || Table(call) is not { } table)
            return HubSpotDialect.Error(400, "VALIDATION_ERROR", unreadable ?? NoType(call));
        if (call.Refused.Count > 0)
            return HubSpotDialect.Error(400, "VALIDATION_ERROR", call.RefusalMessage);
        foreach (var input in inputs)
        {
            if (table.Remove(input.Id))
                HubSpotMemberships.Forget(call.Account, input.Id);
        }

        return VendorAnswer.Empty(204);
    }

    /// <summary>A page of objects.</summary>
    public static VendorAnswer List(VendorCall call)
    {
        if (Table(call) is not { } table)
            return HubSpotDialect.Error(400, "VALIDATION_ERROR", NoType(call));
        var limit = int.TryParse(call.Query("limit"), out var asked) ? asked : UsualPage;
        var page = table.Records.OrderBy(record => record.Key.Length).ThenBy(record => record.Key, StringComparer.Ordinal)
            .SkipWhile(record => call.Query("after") is { } after && !After(record.Key, after)).Take(limit + 1).ToList();
        var results = page.Take(limit).Select(record => new { id = record.Key, properties = record.Value, archived = false }).ToList();
        return page.Count > limit
            ? VendorAnswer.Json(200, new { results, paging = new { next = new { after = results[^1].id } } })
            : VendorAnswer.Json(200, new { results });
    }

    public static VendorAnswer Property(VendorCall call)
    {
        var name = call.Part("property");
        return ObjectType.Find(call.Part("objectType")) is null || !PropertyRules.Exists(name)
            ? HubSpotDialect.Error(404, "OBJECT_NOT_FOUND", $"Property \"{name}\" does not exist")
            : VendorAnswer.Json(200, new { name, label = name, type = "string", fieldType = "text", hasUniqueValue = PropertyRules.IsUnique(name) });
    }

    public static VendorAnswer Details(VendorCall call) =>
        VendorAnswer.Json(200, new { portalId = 1, accountType = "DEVELOPER_TEST", timeZone = "Etc/UTC", companyCurrency = "EUR", uiDomain = "app.hubspot.com" });

    private static bool After(string id, string after) =>
        id.Length != after.Length ? id.Length > after.Length : string.CompareOrdinal(id, after) > 0;

    private static Table? Table(VendorCall call) =>
        ObjectType.Find(call.Part("objectType")) is { } type ? call.Account.Table(type.Table) : null;

    private static string NoType(VendorCall call) => $"Unable to infer object type from: {call.Part("objectType")}";
}
