using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Who is on a list that is kept by hand.</summary>
internal static class HubSpotMemberships
{
    private const int MostIds = 100_000;

    public static string Table(string listId) => $"members/{listId}";

    public static VendorAnswer Add(VendorCall call) => Change(call, Ids(call.Json), []);

    public static VendorAnswer Remove(VendorCall call) => Change(call, [], Ids(call.Json));

    public static VendorAnswer AddAndRemove(VendorCall call) => call.Json is { ValueKind: JsonValueKind.Object } body
        ? Change(call, Ids(body.Get("recordIdsToAdd")), Ids(body.Get("recordIdsToRemove")))
        : Change(call, null, null);

    public static VendorAnswer List(VendorCall call)
    {
        var id = call.Part("listId");
        if (!call.Account.Table(HubSpotLists.Table).Has(id))
            return HubSpotLists.Unknown(id);
        var results = call.Account.Table(Table(id)).Records.Select(member => new { recordId = member.Key, membershipTimestamp = member.Value["at"] });
        return VendorAnswer.Json(200, new { results });
    }

    /// <summary>Takes an object off every list.</summary>
    public static void Forget(Account account, string recordId)
    {
        foreach (var list in account.Table(HubSpotLists.Table).Records.Keys)
            account.Table(Table(list)).Remove(recordId);
    }

    public static IReadOnlyList<IEnumerable<string>> Rows(VendorCall call) => call.Json switch
    {
        { ValueKind: JsonValueKind.Object } body => [.. body.GetList("recordIdsToAdd").Concat(body.GetList("recordIdsToRemove")).Select(id => id.Scalars())],
        _ => VendorRoute.RowsOfArray(call),
    };

    private static VendorAnswer Change(VendorCall call, IReadOnlyList<string>? add, IReadOnlyList<string>? remove)
    {
        var id = call.Part("listId");
        if (call.Account.Table(HubSpotLists.Table).Get(id) is not { } list)
            return HubSpotLists.Unknown(id);
        if (list["processingType"] == "DYNAMIC")
            return HubSpotDialect.Error(400, "VALIDATION_ERROR", "Memberships of a DYNAMIC list cannot be changed.", "ILS.INVALID_PROCESSING_TYPE");
        if (add is null || remove is null)
            return HubSpotDialect.Error(400, "VALIDATION_ERROR", "Invalid input JSON on line 1, column 1: an array of record ids is expected");
        if (add.Count + remove.Count > MostIds)
            return HubSpotDialect.Error(400, "VALIDATION_ERROR", $"At most {MostIds} record ids per request");
        if (call.Refused.Count > 0)
            return HubSpotDialect.Error(400, "VALIDATION_ERROR", call.RefusalMessage);

        var objects = call.Account.Table(ObjectType.Find(list["objectTypeId"]!)!.Table);
        var members = call.Account.Table(Table(id));
        string[] missing = [.. add.Where(record => !objects.Has(record)).Distinct()];
        string[] added = [.. add.Where(record => objects.Has(record) && !members.Has(record)).Distinct()];
        var at = call.Now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        foreach (var record in added)
            members.Set(record, Record.Of(("recordId", record), ("at", at)));
        string[] removed = [.. remove.Where(members.Remove)];
        return VendorAnswer.Json(200, new { recordIdsMissing = missing, recordIdsRemoved = removed, recordsIdsAdded = added });
    }

    private static List<string>? Ids(JsonElement? value) => value switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } array when array.EnumerateArray().All(id => id.ValueKind is JsonValueKind.String or JsonValueKind.Number) =>
            [.. array.EnumerateArray().Select(id => id.AsText()!)],
        _ => null,
    };
}
