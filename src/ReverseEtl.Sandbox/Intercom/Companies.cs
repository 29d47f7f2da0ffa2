using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Intercom;

/// <summary>Companies, found by the id that the caller gave them. Lists have only those with contacts.</summary>
internal static class Companies
{
    public const string Table = "companies";

    private static readonly Dictionary<string, JsonValueKind[]> Fields = new()
    {
        ["name"] = [JsonValueKind.String],
        ["company_id"] = [JsonValueKind.String],
        ["plan"] = [JsonValueKind.String],
        ["size"] = [JsonValueKind.Number],
        ["website"] = [JsonValueKind.String],
        ["industry"] = [JsonValueKind.String],
        ["custom_attributes"] = [JsonValueKind.Object],
        ["remote_created_at"] = [JsonValueKind.Number],
        ["update_last_request_at"] = [JsonValueKind.True, JsonValueKind.False],
        ["monthly_spend"] = [JsonValueKind.Number],
    };

    public static VendorAnswer Set(VendorCall call)
    {
        var body = call.Json!.Value;
        if (Wrong(call, body) is { } wrong)
            return wrong;
        var companies = call.Account.Table(Table);
        var given = body.GetText("company_id")!;
        var id = companies.Find("company_id", given, StringComparer.Ordinal) ?? (0x530000000000 + call.Account.NextId(Table, 1)).ToString("x24", CultureInfo.InvariantCulture);
        var now = ContactFields.Now(call);
        var before = companies.Get(id) ?? Record.Of(("created_at", now));
        companies.Set(id, before.With(body.Fields().Where(field => field.Key is not (Custom.Field or "update_last_request_at")))
            .With([new(Custom.Field, Custom.Merged(before, body)), new("updated_at", now)]));
        return VendorAnswer.Json(200, Shape(call.Account, id));
    }

    public static VendorAnswer Get(VendorCall call) =>
        call.Account.Table(Table).Has(call.Part("company")) ? VendorAnswer.Json(200, Shape(call.Account, call.Part("company"))) : IntercomDialect.NoCompany();

    /// <summary>By company_id or name; else all that have contacts.</summary>
    public static VendorAnswer Find(VendorCall call)
    {
        foreach (var field in new[] { "company_id", "name" })
        {
            if (call.Query(field) is { } value)
            {
                var found = call.Account.Table(Table).Records.Where(company => company.Value.GetValueOrDefault(field) == value).Select(company => company.Key).ToList();
                return found.Count == 0 ? IntercomDialect.NoCompany() : Page(call, found);
            }
        }

        return List(call);
    }

    public static VendorAnswer List(VendorCall call) => Page(call, [.. call.Account.Table(Table).Records.Keys.Where(id => Memberships.Of(call.Account, id).Any())]);

    /// <summary>Its contacts stay.</summary>
    public static VendorAnswer Delete(VendorCall call)
    {
        var id = call.Part("company");
        if (!call.Account.Table(Table).Remove(id))
            return IntercomDialect.NoCompany();
        Memberships.ForgetCompany(call.Account, id);
        return VendorAnswer.Json(200, new { id, @object = "company", deleted = true });
    }

    public static Dictionary<string, object?> Shape(Account account, string id)
    {
        var company = account.Table(Table).Get(id)!;
        var shape = new Dictionary<string, object?> { ["type"] = "company", ["id"] = id, ["company_id"] = company["company_id"], ["app_id"] = account.Name };
        foreach (var field in new[] { "name", "website", "industry" })
            shape[field] = company.GetValueOrDefault(field);
        foreach (var field in new[] { "created_at", "updated_at", "remote_created_at", "size", "monthly_spend" })
            shape[field] = company.GetValueOrDefault(field) is { } number ? JsonElement.Parse(number) : null;
        shape["plan"] = company.GetValueOrDefault("plan") is { } plan ? new { type = "plan", id = plan, name = plan } : new { };
        shape["user_count"] = Memberships.Of(account, id).Count();
        shape["custom_attributes"] = Custom.Read(company);
        return shape;
    }

    private static VendorAnswer? Wrong(VendorCall call, JsonElement body)
    {
        foreach (var property in body.EnumerateObject())
        {
            if (!Fields.TryGetValue(property.Name, out var kinds))
                return IntercomDialect.Error(400, "bad_request", $"bad '{property.Name}' parameter");
            if (property.Value.ValueKind is not JsonValueKind.Null && !kinds.Contains(property.Value.ValueKind))
                return IntercomDialect.Bad($"{property.Name} is invalid");
        }

        if (body.GetText("company_id") is not { Length: > 0 })
            return IntercomDialect.Error(400, "parameter_not_found", "company_id not specified");
        return Custom.Wrong(call, body) is { } odd ? IntercomDialect.Bad(odd) : null;
    }

    private static VendorAnswer Page(VendorCall call, IReadOnlyList<string> ids)
    {
        var size = int.TryParse(call.Query("per_page"), CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, 60) : 15;
        var page = int.TryParse(call.Query("page"), CultureInfo.InvariantCulture, out var number) ? Math.Max(number, 1) : 1;
        return VendorAnswer.Json(200, new
        {
            type = "list",
            data = ids.Order(StringComparer.Ordinal).Skip((page - 1) * size).Take(size).Select(id => Shape(call.Account, id)),
            pages = new { type = "pages", page, per_page = size, total_pages = (ids.Count + size - 1) / size },
            total_count = ids.Count,
        });
    }
}
