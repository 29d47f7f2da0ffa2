using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.SendGrid;

/// <summary>Upserts and deletions: what is wrong with the request is told at once, and what is wrong with single rows by the job.</summary>
internal static class ContactImport
{
    private const int MostContacts = 30_000;
    private const int MostBytes = 6 * 1024 * 1024;
    private const int MostAlternates = 5;

    private static readonly Dictionary<string, int> Longest = new(StringComparer.Ordinal)
    {
        ["address_line_1"] = 100, ["address_line_2"] = 100, ["city"] = 60, ["country"] = 50, ["email"] = 254, ["external_id"] = 254,
        ["anonymous_id"] = 254, ["first_name"] = 50, ["last_name"] = 50, ["state_province_region"] = 50,
    };

    public static VendorAnswer Upsert(VendorCall call)
    {
        if (call.Body.Length > MostBytes)
            return SendGridDialect.Error(413, "request entity too large");
        if (call.Json?.Get("contacts") is not { ValueKind: JsonValueKind.Array } contacts || contacts.GetArrayLength() is 0 or > MostContacts)
            return SendGridDialect.Error(400, $"contacts must be 1 to {MostContacts} contacts", "contacts");
        string[] lists = [.. call.Json.Value.GetList("list_ids").Select(list => list.AsText() ?? "")];
        if (lists.FirstOrDefault(list => !call.Account.Table(ContactLists.Table).Has(list)) is { } unknown)
            return SendGridDialect.Error(404, $"list {unknown} not found", "list_ids");
        var rows = contacts.EnumerateArray().ToList();
        for (var at = 0; at < rows.Count; at++)
        {
            if (Wrong(call.Account, rows[at]) is var (field, message))
                return SendGridDialect.Error(400, message, $"contacts[{at}]{(field.Length > 0 ? "." : "")}{field}");
        }

        return ImportJobs.Run(call, "upsert", rows.Count, at => Apply(call, rows[at], lists), at => ContactStore.Identifiers.Select(kind => rows[at].GetText(kind) ?? ""));
    }

    public static VendorAnswer Delete(VendorCall call)
    {
        var store = new ContactStore(call.Account);
        if (call.Query("delete_all_contacts") == "true")
        {
            var all = call.Account.Table(ContactStore.TableName).Records.Keys.ToList();
            return ImportJobs.Run(call, "delete", all.Count, at => store.Delete(all[at]) ? ImportResult.Deleted : ImportResult.Unchanged, at => [all[at]]);
        }

        return Ids(call, "ids") is { Length: > 0 } ids
            ? ImportJobs.Run(call, "delete", ids.Length, at => store.Delete(ids[at]) ? ImportResult.Deleted : ImportResult.Unchanged, at => [ids[at]])
            : SendGridDialect.Error(400, "ids or delete_all_contacts must be given", "ids");
    }

    /// <summary>The ids in a query; null where one is no id.</summary>
    public static string[]? Ids(VendorCall call, string name)
    {
        var ids = (call.Query(name) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        return ids.All(id => Guid.TryParse(id, out _)) ? ids : null;
    }

    /// <summary>Contacts named by id are rows too, with their identifiers.</summary>
    public static Func<VendorCall, IReadOnlyList<IEnumerable<string>>> RowsOfIds(string name) => call =>
        [.. (Ids(call, name) ?? []).Select(id => (call.Account.Table(ContactStore.TableName).Get(id)?.Values.OfType<string>() ?? []).Prepend(id))];

    private static ImportResult Apply(VendorCall call, JsonElement row, string[] lists)
    {
        var (id, isNew, wrong) = new ContactStore(call.Account).Save(row);
        if (wrong is not null)
            return ImportResult.Bad(wrong);
        foreach (var list in lists)
            call.Account.Table(ContactLists.MemberTable(list)).Set(id!, Record.Empty);
        return isNew ? ImportResult.Created : ImportResult.Updated;
    }

    private static (string Field, string Message)? Wrong(Account account, JsonElement row)
    {
        if (row.ValueKind is not JsonValueKind.Object || !ContactStore.Identifiers.Any(kind => row.GetText(kind) is { Length: > 0 }))
            return ("", $"at least one of {string.Join(", ", ContactStore.Identifiers)} is required");
        foreach (var field in row.EnumerateObject())
        {
            if (Wrong(account, field) is { } message)
                return (field.Name, message);
        }

        return null;
    }

    private static string? Wrong(Account account, JsonProperty field) => field.Name switch
    {
        "custom_fields" => field.Value.ValueKind is not JsonValueKind.Object ? "must be an object"
            : field.Value.EnumerateObject().FirstOrDefault(custom => !FieldDefinitions.Custom(account).ContainsKey(custom.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown
                ? $"invalid custom field ids: {unknown.Name}" : null,
        "alternate_emails" => field.Value.ValueKind is JsonValueKind.Array && field.Value.GetArrayLength() <= MostAlternates
            && field.Value.EnumerateArray().All(address => EmailAddress.IsGood(address.AsText() ?? "")) ? null : $"must be up to {MostAlternates} addresses",
        _ when !FieldDefinitions.IsWritable(field.Name) => "is not a field of a contact",
        _ when field.Value.ValueKind is not JsonValueKind.String => "must be a string",
        _ => field.Value.GetString()!.Length > Longest.GetValueOrDefault(field.Name, int.MaxValue) ? $"length should be less than {Longest[field.Name]} chars" : null,
    };
}
