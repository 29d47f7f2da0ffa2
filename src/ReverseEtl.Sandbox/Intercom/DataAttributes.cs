using System.Globalization;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Intercom;

/// <summary>
/// Attributes of contacts and companies. Custom ones are made by hand or here; any is taken to be there unless its name begins with
/// <c>unknown</c>.
/// </summary>
internal static class DataAttributes
{
    private const string Table = "data_attributes";

    private static readonly string[] Types = ["string", "integer", "float", "boolean", "datetime", "date", "options"];

    private static readonly (string Model, string[] Names)[] Standard =
    [
        ("contact", ["name", "email", "phone", "external_id", "role", "avatar", "signed_up_at", "last_seen_at", "owner_id", "unsubscribed_from_emails"]),
        ("company", ["name", "company_id", "plan", "size", "website", "industry", "monthly_spend", "remote_created_at"]),
    ];

    public static bool Exists(string custom) => !custom.StartsWith("unknown", StringComparison.OrdinalIgnoreCase);

    public static VendorAnswer List(VendorCall call)
    {
        var models = call.Query("model") is { } asked ? [asked] : new[] { "contact", "company" };
        if (models.Except(["contact", "company"]).Any())
            return IntercomDialect.Error(422, "parameter_invalid", "model must be contact or company");
        var standard = Standard.Where(of => models.Contains(of.Model))
            .SelectMany(of => of.Names.Select(name => (object)new { type = "data_attribute", name, full_name = name, model = of.Model, api_writable = true, custom = false, archived = false }));
        var custom = call.Account.Table(Table).Records.Where(made => models.Contains(made.Value["model"])).Select(made => Shape(made.Key, made.Value));
        return VendorAnswer.Json(200, new { type = "list", data = standard.Concat(custom) });
    }

    public static VendorAnswer Create(VendorCall call)
    {
        var body = call.Json!.Value;
        if (body.GetText("name") is not { Length: > 0 } name)
            return IntercomDialect.Bad("name is required");
        if (body.GetText("model") is not ("contact" or "company") || !Types.Contains(body.GetText("data_type")))
            return IntercomDialect.Bad(body.GetText("model") is "contact" or "company" ? "Data Type isn't an option" : "The Data Attribute model field must be either contact or company");
        var table = call.Account.Table(Table);
        if (table.Records.Values.Any(made => made["name"] == name && made["model"] == body.GetText("model")))
            return IntercomDialect.Bad($"You already have '{name}' in your {body.GetText("model")} data. To save this as new {body.GetText("model")} data, use a different name.");
        var id = call.Account.NextId(Table, 1).ToString(CultureInfo.InvariantCulture);
        table.Set(id, Record.Of(("name", name), ("model", body.GetText("model")), ("data_type", body.GetText("data_type"))));
        return VendorAnswer.Json(200, Shape(id, table.Get(id)!));
    }

    private static object Shape(string id, IReadOnlyDictionary<string, string?> made) => new
    {
        id = int.Parse(id, CultureInfo.InvariantCulture),
        type = "data_attribute",
        name = made["name"],
        full_name = $"custom_attributes.{made["name"]}",
        label = made["name"],
        data_type = made["data_type"],
        api_writable = true,
        custom = true,
        archived = false,
        model = made["model"],
    };
}
