using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Meta;

/// <summary>
/// Custom audiences: create, find, look at, delete. One whose name begins with <c>flagged</c> has integrity restrictions: its users
/// cannot be changed.
/// </summary>
internal static class MetaAudiences
{
    public const string Table = "audiences";

    private const long FirstId = 23_850_000_000_000_001;
    private const int UsualPage = 25;

    private static readonly string[] Sources = ["USER_PROVIDED_ONLY", "PARTNER_PROVIDED_ONLY", "BOTH_USER_AND_PARTNER_PROVIDED"];

    public static VendorAnswer Create(VendorCall call)
    {
        var parameters = new MetaParameters(call);
        if (parameters.Text("name") is not { Length: > 0 } name)
            return MetaDialect.Error(MetaDialect.InvalidParameter, "(#100) The parameter name is required");
        if (parameters.Text("subtype") is not "CUSTOM")
            return MetaDialect.Error(MetaDialect.InvalidParameter, "(#100) Param subtype must be CUSTOM");
        if (!Sources.Contains(parameters.Text("customer_file_source")))
            return MetaDialect.Error(MetaDialect.InvalidParameter, $"(#100) Param customer_file_source must be one of {{{string.Join(", ", Sources)}}}");
        var id = call.Account.NextId("audience", FirstId).ToString(CultureInfo.InvariantCulture);
        call.Account.Table(Table).Set(id, Record.Of(
            ("name", name), ("adAccount", AdAccount(call)), ("description", parameters.Text("description") ?? ""),
            ("source", parameters.Text("customer_file_source")), ("created", MetaDialect.Text(call.Now.ToUnixTimeSeconds()))));
        return VendorAnswer.Json(200, new { id });
    }

    public static VendorAnswer List(VendorCall call)
    {
        var parameters = new MetaParameters(call);
        var filters = parameters.Structure("filtering") is { ValueKind: JsonValueKind.Array } given ? given.EnumerateArray().ToArray() : [];
        if (Array.Exists(filters, filter => filter.GetText("field") != "name"))
            return MetaDialect.Error(MetaDialect.InvalidParameter, "(#100) Filtering field is invalid");
        var limit = int.TryParse(parameters.Text("limit"), out var asked) ? asked : UsualPage;
        var skip = int.TryParse(parameters.Text("after"), out var after) ? after : 0;
        var found = call.Account.Table(Table).Records
            .Where(audience => audience.Value["adAccount"] == AdAccount(call) && !IsDeleted(audience.Value)
                && Array.TrueForAll(filters, filter => Fits(filter, audience.Value["name"]!)))
            .ToList();
        var data = new List<object>();
        foreach (var (id, audience) in found.Skip(skip).Take(limit))
        {
            if (Fields(call.Account, id, audience, parameters.Text("fields") ?? "id", out var fields) is { } wrong)
                return wrong;
            data.Add(fields);
        }

        if (data.Count == 0)
            return VendorAnswer.Json(200, new { data });
        var cursors = new { before = MetaDialect.Text(skip), after = MetaDialect.Text(skip + data.Count) };
        return found.Count > skip + data.Count
            ? VendorAnswer.Json(200, new { data, paging = new { cursors, next = Next(call, cursors.after) } })
            : VendorAnswer.Json(200, new { data, paging = new { cursors } });
    }

    public static VendorAnswer Get(VendorCall call)
    {
        var id = call.Part("node");
        if (id == "me" || id.StartsWith("act_", StringComparison.Ordinal))
            return VendorAnswer.Json(200, new { id = id == "me" ? "1" : id, name = call.Account.Name, account_status = 1 });
        if (call.Account.Table(Table).Get(id) is not { } audience)
            return MetaDialect.NoSuchObject(id);
        return Fields(call.Account, id, audience, new MetaParameters(call).Text("fields") ?? "id", out var fields) ?? VendorAnswer.Json(200, fields);
    }

    public static VendorAnswer Delete(VendorCall call)
    {
        var id = call.Part("node");
        if (call.Account.Table(Table).Get(id) is not { } audience)
            return MetaDialect.NoSuchObject(id);
        MetaMembers.Of(call.Account, id).Clear();
        call.Account.Table(Table).Set(id, audience.With([new("deleted", "true")]));
        return VendorAnswer.Json(200, new { success = true });
    }

    /// <summary>Why an audience's users cannot be changed; null where they can.</summary>
    public static VendorAnswer? Refuse(VendorCall call, string id) => call.Account.Table(Table).Get(id) switch
    {
        null => MetaDialect.NoSuchObject(id),
        var audience when IsDeleted(audience) => MetaDialect.Error(MetaDialect.InvalidParameter, "Custom audience has been deleted", MetaDialect.Deleted),
        var audience when IsFlagged(audience) => MetaDialect.Error(MetaDialect.InvalidParameter, "Invalid parameter", 1713230),
        _ => null,
    };

    public static bool IsDeleted(IReadOnlyDictionary<string, string?> audience) => audience.ContainsKey("deleted");

    private static VendorAnswer? Fields(
        Account account, string id, IReadOnlyDictionary<string, string?> audience, string names, out Dictionary<string, object?> fields)
    {
        var count = MetaMembers.Of(account, id).Count;
        fields = new Dictionary<string, object?>();
        foreach (var name in names.Split(',').Append("id"))
        {
            switch (name)
            {
                case "id": fields[name] = id; break;
                case "name" or "description": fields[name] = audience[name]; break;
                case "subtype": fields[name] = "CUSTOM"; break;
                case "account_id": fields[name] = audience["adAccount"]!["act_".Length..]; break;
                case "customer_file_source": fields[name] = audience["source"]; break;
                case "time_created" or "time_updated": fields[name] = long.Parse(audience["created"]!, CultureInfo.InvariantCulture); break;

                // Below a thousand Meta tells no one how many there are.
                case "approximate_count_lower_bound": fields[name] = count < 1000 ? 1000 : count; break;
                case "approximate_count_upper_bound": fields[name] = count < 1000 ? 1000 : count; break;
                case "operation_status":
                    fields[name] = IsFlagged(audience)
                        ? new { code = 471, description = "Flagged: resolve the restrictions before updating" }
                        : new { code = 200, description = "Normal" };
                    break;
                case "delivery_status": fields[name] = new { code = 200, description = "This audience is ready for use." }; break;
                default: return MetaDialect.Error(MetaDialect.InvalidParameter, $"(#100) Tried accessing nonexisting field ({name})", type: "OAuthException");
            }
        }

        return null;
    }

    private static bool Fits(JsonElement filter, string name) => (filter.GetText("operator"), filter.Get("value")?.AsText() ?? "") switch
    {
        ("EQUAL", var value) => name == value,
        ("CONTAIN", var value) => name.Contains(value, StringComparison.OrdinalIgnoreCase),
        ("IN", _) => filter.GetList("value").Any(value => value.AsText() == name),
        _ => false,
    };

    private static string Next(VendorCall call, string after)
    {
        var query = call.Http.Query.Where(item => item.Key != "after").Append(new("after", after))
            .Select(item => $"{Uri.EscapeDataString(item.Key)}={Uri.EscapeDataString(item.Value.ToString())}");
        return $"{call.BaseUrl}/{call.Path}?{string.Join('&', query)}";
    }

    private static string AdAccount(VendorCall call) => call.Part("node");

    private static bool IsFlagged(IReadOnlyDictionary<string, string?> audience) => audience["name"]!.StartsWith("flagged", StringComparison.OrdinalIgnoreCase);
}
