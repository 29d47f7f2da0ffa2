using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Intercom;

/// <summary>The fields of a contact: which there are, what they may hold, and how they are shown.</summary>
internal static class ContactFields
{
    private static readonly HashSet<string> Texts = ["role", "external_id", "email", "phone", "name", "avatar", "owner_id"];
    private static readonly HashSet<string> Times = ["signed_up_at", "last_seen_at"];
    private static readonly HashSet<string> Flags = ["unsubscribed_from_emails", "email_verified"];

    public static VendorAnswer? Wrong(VendorCall call)
    {
        var body = call.Json!.Value;
        foreach (var property in body.EnumerateObject().Where(property => property.Name != Custom.Field))
        {
            if (!Texts.Contains(property.Name) && !Times.Contains(property.Name) && !Flags.Contains(property.Name))
                return IntercomDialect.Error(400, "bad_request", $"bad '{property.Name}' parameter");
            if (Wrong(property) is { } wrong)
                return IntercomDialect.Bad(wrong);
        }

        return Custom.Wrong(call, body) is { } odd ? IntercomDialect.Bad(odd) : null;
    }

    /// <summary>The record with a body's fields.</summary>
    public static IReadOnlyDictionary<string, string?> Apply(VendorCall call, IReadOnlyDictionary<string, string?> record)
    {
        var body = call.Json!.Value;
        return record.With(body.Fields().Where(field => field.Key != Custom.Field))
            .With([new(Custom.Field, Custom.Merged(record, body)), new("updated_at", Now(call))]);
    }

    public static string Now(VendorCall call) => call.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    public static Dictionary<string, object?> Shape(Account account, string id)
    {
        var contact = account.Table(Contacts.Table).Get(id)!;
        var tags = Tags.Of(account, id).Select(tag => new { id = tag, type = "tag", url = $"/tags/{tag}" }).ToList();
        var companies = Memberships.CompaniesOf(account, id).Select(company => new { id = company, type = "company", url = $"/companies/{company}" }).ToList();
        var shape = new Dictionary<string, object?> { ["type"] = "contact", ["id"] = id, ["workspace_id"] = account.Name };
        foreach (var field in new[] { "external_id", "role", "email", "phone", "name", "owner_id" })
            shape[field] = contact.GetValueOrDefault(field);
        foreach (var field in new[] { "created_at", "updated_at", "signed_up_at", "last_seen_at" })
            shape[field] = contact.GetValueOrDefault(field) is { } time ? long.Parse(time, CultureInfo.InvariantCulture) : null;
        shape["unsubscribed_from_emails"] = contact.GetValueOrDefault("unsubscribed_from_emails") == "true";
        shape["custom_attributes"] = Custom.Read(contact);
        shape["tags"] = new { type = "list", data = tags.Take(10), url = $"/contacts/{id}/tags", total_count = tags.Count, has_more = tags.Count > 10 };
        shape["companies"] = new { type = "list", data = companies.Take(10), url = $"/contacts/{id}/companies", total_count = companies.Count, has_more = companies.Count > 10 };
        return shape;
    }

    private static string? Wrong(JsonProperty property)
    {
        var value = property.Value;
        if (value.ValueKind is JsonValueKind.Null)
            return null;
        var isGood = property.Name switch
        {
            "role" => value.AsText() is "user" or "lead",
            "email" => value.ValueKind is JsonValueKind.String && (value.GetString() == "" || EmailAddress.IsGood(value.GetString()!)),
            var name when Times.Contains(name) => value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out _),
            var name when Flags.Contains(name) => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "owner_id" => value.ValueKind is JsonValueKind.String or JsonValueKind.Number,
            _ => value.ValueKind is JsonValueKind.String,
        };
        return isGood ? null : $"{property.Name} is invalid";
    }
}
