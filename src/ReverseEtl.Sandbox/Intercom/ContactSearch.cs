using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Intercom;

/// <summary>Finds contacts by filters, page by page.</summary>
internal static class ContactSearch
{
    private const int UsualPage = 50;
    private const int LargestPage = 150;
    private const int MostFilters = 15;
    private const int MostLevels = 2;

    public static VendorAnswer Run(VendorCall call)
    {
        var body = call.Json!.Value;
        if (body.Get("query") is not { ValueKind: JsonValueKind.Object } query)
            return IntercomDialect.Error(400, "parameter_not_found", "query is required");
        if (Wrong(query, 0) is { } wrong)
            return IntercomDialect.Error(400, "parameter_invalid", wrong);
        var found = Contacts.Live(call.Account).Where(id => Fits(call.Account, id, query));
        var page = body.Get("pagination");
        return Page(call, [.. found], page?.Get("per_page")?.AsText(), page?.GetText("starting_after"));
    }

    /// <summary>A page of contacts, in the order of their ids.</summary>
    public static VendorAnswer Page(VendorCall call, IReadOnlyList<string> ids, string? perPage, string? after)
    {
        var size = int.TryParse(perPage, CultureInfo.InvariantCulture, out var asked) ? asked : UsualPage;
        if (size is < 1 or > LargestPage)
            return IntercomDialect.Bad($"per_page must be between 1 and {LargestPage}");
        var rest = ids.Order(StringComparer.Ordinal).SkipWhile(id => after is not null && string.CompareOrdinal(id, after) <= 0).ToList();
        var number = 1 + (ids.Count - rest.Count) / size;
        var pages = new Dictionary<string, object?> { ["type"] = "pages", ["page"] = number, ["per_page"] = size, ["total_pages"] = (ids.Count + size - 1) / size };
        if (rest.Count > size)
            pages["next"] = new { page = number + 1, starting_after = rest[size - 1] };
        return VendorAnswer.Json(200, new { type = "list", data = rest.Take(size).Select(id => ContactFields.Shape(call.Account, id)), total_count = ids.Count, pages });
    }

    private static string? Wrong(JsonElement query, int level)
    {
        switch (query.GetText("operator"))
        {
            case "AND" or "OR":
                var filters = query.GetList("value");
                if (filters.Count is 0 or > MostFilters)
                    return $"A group has between 1 and {MostFilters} filters";
                return level >= MostLevels ? $"There may be {MostLevels} levels of filters" : filters.Select(filter => Wrong(filter, level + 1)).FirstOrDefault(wrong => wrong is not null);
            case "IN" or "NIN":
                return query.Get("value") is { ValueKind: JsonValueKind.Array } && query.GetText("field") is not "tag_id" ? null : "IN and NIN need a field, which is not tag_id, and an array";
            case "=" or "!=" or "~" or "!~" or "^" or "$" or "<" or ">":
                return query.GetText("field") is not null && query.Get("value") is { ValueKind: not (JsonValueKind.Array or JsonValueKind.Object) } ? null : "A filter needs field, operator and value";
            case var other:
                return $"Invalid operator '{other}'";
        }
    }

    private static bool Fits(Account account, string id, JsonElement query) => query.GetText("operator") switch
    {
        "AND" => query.GetList("value").All(filter => Fits(account, id, filter)),
        "OR" => query.GetList("value").Any(filter => Fits(account, id, filter)),
        "IN" => query.GetList("value").Any(value => IsEqual(account, id, query, value)),
        "NIN" => !query.GetList("value").Any(value => IsEqual(account, id, query, value)),
        "=" => IsEqual(account, id, query, query.Get("value")!.Value),
        "!=" => !IsEqual(account, id, query, query.Get("value")!.Value),
        var other => Held(account, id, query.GetText("field")!).Any(held => held is not null && Compare(held, query.Get("value")!.Value.AsText() ?? "", other!)),
    };

    private static bool IsEqual(Account account, string id, JsonElement query, JsonElement value)
    {
        var field = query.GetText("field")!;
        return Held(account, id, field).Any(held => string.Equals(held, value.AsText(), field is "email" ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal));
    }

    private static bool Compare(string held, string value, string comparison) => comparison switch
    {
        "~" => held.Contains(value, StringComparison.OrdinalIgnoreCase),
        "!~" => !held.Contains(value, StringComparison.OrdinalIgnoreCase),
        "^" => held.StartsWith(value, StringComparison.OrdinalIgnoreCase),
        "$" => held.EndsWith(value, StringComparison.OrdinalIgnoreCase),
        _ => double.TryParse(held, CultureInfo.InvariantCulture, out var left) && double.TryParse(value, CultureInfo.InvariantCulture, out var right) && (comparison == "<" ? left < right : left > right),
    };

    private static IEnumerable<string?> Held(Account account, string id, string field)
    {
        if (field == "tag_id")
            return Tags.Of(account, id);
        var contact = Custom.Flat(id, account.Table(Contacts.Table).Get(id)!);
        return [contact.GetValueOrDefault(field.StartsWith("custom_attributes.", StringComparison.Ordinal) ? field["custom_attributes.".Length..] : field)];
    }
}
