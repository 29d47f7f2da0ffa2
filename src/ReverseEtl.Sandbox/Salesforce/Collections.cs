using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Salesforce;

/// <summary>sObject Collections: 200 records at the most, answered in order.</summary>
internal static class Collections
{
    private const int MostRecords = 200;

    public static VendorAnswer Upsert(VendorCall call)
    {
        if (SObject.Find(call.Part("sobject")) is not { } type)
            return new SalesforceDialect().Missing();
        var field = call.Part("field");
        if (!type.IsExternalId(field))
            return SalesforceDialect.Error(404, "NOT_FOUND", $"Provided external ID field does not exist or is not accessible: {field}");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return Save(call, type, (store, fields) => fields.GetValueOrDefault(field) is { } value && !seen.Add(value)
            ? SaveResult.Fail(new SaveError("DUPLICATE_VALUE", $"Duplicate external id specified: {value}", field))
            : store.Upsert(field, fields), tellsCreated: true);
    }

    public static VendorAnswer Insert(VendorCall call) => Save(call, null, (store, fields) => store.Insert(fields));

    public static VendorAnswer Update(VendorCall call) => Save(call, null, (store, fields) => (fields.GetValueOrDefault("Id") ?? fields.GetValueOrDefault("id")) is not { } id
        ? SaveResult.Fail(new SaveError("MISSING_ARGUMENT", "Id not specified in an update call"))
        : store.Update(id, fields.Where(field => field.Key is not ("Id" or "id")).ToDictionary()));

    public static VendorAnswer Delete(VendorCall call)
    {
        var ids = (call.Query("ids") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (ids.Length is 0 or > MostRecords)
            return TooMany();
        return Answer(call, ids.Length, call.Query("allOrNone") == "true", tellsCreated: false, at =>
            Owner(call.Account, ids[at]) is { } type
                ? new RecordStore(call.Account, type).Delete(ids[at])
                : SaveResult.Fail(new SaveError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")));
    }

    public static IReadOnlyList<IEnumerable<string>> DeletedIds(VendorCall call) =>
        [.. (call.Query("ids") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => (IEnumerable<string>)[id])];

    private static VendorAnswer Save(
        VendorCall call, SObject? type, Func<RecordStore, IReadOnlyDictionary<string, string?>, SaveResult> save, bool tellsCreated = false)
    {
        if (call.Json is not { ValueKind: JsonValueKind.Object } body || body.Get("records") is not { ValueKind: JsonValueKind.Array } array)
            return SalesforceDialect.Error(400, "JSON_PARSER_ERROR", "The HTTP entity body is required to have records");
        var records = array.EnumerateArray().ToArray();
        if (records.Length is 0 or > MostRecords)
            return TooMany();
        return Answer(call, records.Length, body.Get("allOrNone") is { ValueKind: JsonValueKind.True }, tellsCreated, at =>
        {
            if (records[at].Get("attributes")?.GetText("type") is not { } name)
                return SaveResult.Fail(new SaveError("INVALID_INPUT", "attributes.type is required"));
            return SObject.Find(name) is { } own && (type is null || type.Name == own.Name)
                ? save(new RecordStore(call.Account, own), Fields(records[at]))
                : SaveResult.Fail(new SaveError("INVALID_TYPE", $"sObject type '{name}' is not supported."));
        });
    }

    private static VendorAnswer Answer(VendorCall call, int count, bool allOrNone, bool tellsCreated, Func<int, SaveResult> save)
    {
        SaveResult Refusable(int at) => call.Refused.Contains(at)
            ? SaveResult.Fail(new SaveError(call.RefusalCode, call.RefusalMessage))
            : save(at);
        var results = allOrNone
            ? call.Account.Undoable(() => Enumerable.Range(0, count).Select(Refusable).ToList(), results => results.TrueForAll(result => result.Error is null))
            : Enumerable.Range(0, count).Select(Refusable).ToList();
        var isUndone = allOrNone && results.Exists(result => result.Error is not null);
        return VendorAnswer.Json(200, results.Select(result => Describe(
            isUndone && result.Error is null ? SaveResult.Fail(new SaveError("ALL_OR_NONE_OPERATION_ROLLED_BACK", "Record rolled back because not all records were valid and the request was using AllOrNone header")) : result,
            tellsCreated)));
    }

    private static Dictionary<string, object?> Describe(SaveResult result, bool tellsCreated)
    {
        var description = new Dictionary<string, object?>();
        if (result.Error is { } error)
        {
            description["success"] = false;
            description["errors"] = new[] { new { statusCode = error.Code, message = error.Message, fields = error.Fields } };
            return description;
        }

        description["id"] = result.Id;
        description["success"] = true;
        description["errors"] = Array.Empty<object>();
        if (tellsCreated)
            description["created"] = result.IsCreated;
        return description;
    }

    /// <summary>The fields of a record; one of a related record has both names: <c>Contact.Customer_Id__c</c>.</summary>
    private static Dictionary<string, string?> Fields(JsonElement record)
    {
        var fields = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var property in record.EnumerateObject().Where(property => property.Name != "attributes"))
        {
            if (property.Value.ValueKind is not JsonValueKind.Object)
                fields[property.Name] = property.Value.AsText();
            else
            {
                foreach (var inner in property.Value.EnumerateObject().Where(inner => inner.Name != "attributes"))
                    fields[$"{property.Name}.{inner.Name}"] = inner.Value.AsText();
            }
        }

        return fields;
    }

    private static SObject? Owner(Account account, string id) =>
        account.Names(SObject.TablePrefix).FirstOrDefault(table => account.Table(table).Has(id)) is { } table
            ? SObject.Find(table[SObject.TablePrefix.Length..])
            : null;

    private static VendorAnswer TooMany() => SalesforceDialect.Error(
        400, "EXCEEDED_ID_LIMIT", $"record limit reached. cannot submit none or more than {MostRecords} records into this call");
}
