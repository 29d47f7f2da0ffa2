using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.ActiveCampaign;

/// <summary>The custom fields of contacts, by number. They are made by hand, or here.</summary>
internal static class Fields
{
    private const string Table = "fields";
    private const string ValueTable = "fieldValues";

    private static readonly string[] Types = ["text", "textarea", "date", "datetime", "dropdown", "multiselect", "radio", "checkbox", "hidden", "number", "currency"];

    public static VendorAnswer List(VendorCall call)
    {
        var fields = call.Account.Table(Table).Records;
        return VendorAnswer.Json(200, new
        {
            fields = Paging.Page(call, fields).Select(field => Describe(field.Key, field.Value)),
            meta = new { total = fields.Count.ToString(CultureInfo.InvariantCulture) },
        });
    }

    public static VendorAnswer Create(VendorCall call)
    {
        if (call.Json?.Get("field") is not { } field || field.GetText("title") is not { Length: > 0 } title)
            return ActiveCampaignDialect.Error("The field title is required", "field_missing", "title");
        if (field.GetText("type") is not { } type || !Types.Contains(type))
            return ActiveCampaignDialect.Error("The field type is not valid", "field_invalid", "type");
        var id = call.Account.NextId("field", 1).ToString(CultureInfo.InvariantCulture);
        var perstag = field.GetText("perstag") ?? new string([.. title.ToUpperInvariant().Select(letter => char.IsLetterOrDigit(letter) ? letter : '_')]);
        call.Account.Table(Table).Set(id, Record.Of(("title", title), ("type", type), ("perstag", perstag)));
        return VendorAnswer.Json(201, new { field = Describe(id, call.Account.Table(Table).Get(id)!) });
    }

    /// <summary>What is wrong with the custom fields of a contact; null where nothing is.</summary>
    public static VendorAnswer? Wrong(Account account, JsonElement contact)
    {
        if (contact.Get("fieldValues") is { ValueKind: not JsonValueKind.Array })
            return ActiveCampaignDialect.Error("fieldValues must be an array", "field_invalid", "fieldValues");
        foreach (var value in contact.GetList("fieldValues"))
        {
            if (value.Get("field")?.AsText() is not { } field || !account.Table(Table).Has(field))
                return ActiveCampaignDialect.Error("The related field does not exist.", "related_missing", "field");
            if (value.Get("value") is not { ValueKind: JsonValueKind.String })
                return ActiveCampaignDialect.Error("The field value must be a string.", "field_invalid", "value");
        }

        return null;
    }

    public static void Set(Account account, string contact, JsonElement row)
    {
        foreach (var value in row.GetList("fieldValues"))
            account.Table(ValueTable).Set($"{contact}/{value.Get("field")!.Value.AsText()}", Record.Of(("value", value.GetText("value"))));
    }

    /// <summary>A contact's custom fields by title; those that were cleared are empty.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Values(Account account, string contact) => account.Table(Table).Records
        .Where(field => account.Table(ValueTable).Has($"{contact}/{field.Key}"))
        .Select(field => KeyValuePair.Create(field.Value["title"]!, account.Table(ValueTable).Get($"{contact}/{field.Key}")!["value"]));

    public static IEnumerable<object> Describe(Account account, string contact) => account.Table(Table).Records.Keys
        .Where(field => account.Table(ValueTable).Has($"{contact}/{field}"))
        .Select(field => new { contact, field, value = account.Table(ValueTable).Get($"{contact}/{field}")!["value"] });

    public static void Forget(Account account, string contact)
    {
        foreach (var field in account.Table(Table).Records.Keys)
            account.Table(ValueTable).Remove($"{contact}/{field}");
    }

    private static object Describe(string id, IReadOnlyDictionary<string, string?> field) =>
        new { id, title = field["title"], type = field["type"], perstag = field["perstag"], visible = "1", isrequired = "0" };
}
