using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Mailchimp;

/// <summary>
/// The merge fields of an audience: the five that every one begins with, and those that were made. Values of others are dropped in silence,
/// as Mailchimp does; a null leaves what is there, and an empty text clears it.
/// </summary>
internal static class MergeFields
{
    private const int MostFields = 80;
    private const int MostText = 255;

    private static readonly string[] Types = ["text", "number", "address", "phone", "date", "url", "imageurl", "radio", "dropdown", "birthday", "zip"];

    private static readonly string[] AddressParts = ["addr1", "city", "state", "zip"];

    private static readonly (string Tag, string Name, string Type)[] Usual =
        [("FNAME", "First Name", "text"), ("LNAME", "Last Name", "text"), ("ADDRESS", "Address", "address"), ("PHONE", "Phone Number", "phone"), ("BIRTHDAY", "Birthday", "birthday")];

    public static IEnumerable<KeyValuePair<string, IReadOnlyDictionary<string, string?>>> All(Account account, string list) =>
        Usual.Select((field, at) => KeyValuePair.Create(field.Tag, Record.Of(("merge_id", $"{at + 1}"), ("name", field.Name), ("type", field.Type), ("required", "false"), ("choices", null))))
            .Concat(account.Table(Table(list)).Records);

    public static VendorAnswer List(VendorCall call)
    {
        var (page, total) = Audiences.Page(call, All(call.Account, call.Part("list")));
        return VendorAnswer.Json(200, new { merge_fields = page.Select(field => Describe(call.Part("list"), field.Key, field.Value)), list_id = call.Part("list"), total_items = total });
    }

    public static VendorAnswer Create(VendorCall call)
    {
        var list = call.Part("list");
        var body = call.Json!.Value;
        string? name = body.GetText("name"), type = body.GetText("type");
        if (string.IsNullOrEmpty(name) || name.Length > 50 || !Types.Contains(type))
            return MailchimpDialect.Refused("The resource submitted could not be validated. For field-specific details, see the 'errors' array.",
                (string.IsNullOrEmpty(name) || name.Length > 50 ? "name" : "type", "This value is not valid."));
        var all = All(call.Account, list).ToDictionary();
        var id = call.Account.NextId("merge-field", Usual.Length + 1).ToString(CultureInfo.InvariantCulture);
        var tag = body.GetText("tag") is { Length: > 0 } asked ? asked.ToUpperInvariant() : $"MMERGE{id}";
        if (tag.Length > 10 || !tag.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
            return MailchimpDialect.Refused("A merge tag has up to 10 letters, digits and underscores.", ("tag", "This value is not valid."));
        if (all.ContainsKey(tag) || all.Count >= MostFields)
            return MailchimpDialect.Refused(all.ContainsKey(tag) ? $"A Merge Field with the tag \"{tag}\" already exists for this list." : $"A list has up to {MostFields} merge fields.");
        call.Account.Table(Table(list)).Set(tag, Record.Of(("merge_id", id), ("name", name), ("type", type),
            ("required", body.Get("required") is { ValueKind: JsonValueKind.True } ? "true" : "false"),
            ("choices", body.Get("options")?.Get("choices")?.GetRawText())));
        return VendorAnswer.Json(200, Describe(list, tag, call.Account.Table(Table(list)).Get(tag)!));
    }

    /// <summary>Reads a member's merge fields.</summary>
    /// <param name="account">The account.</param>
    /// <param name="list">The audience.</param>
    /// <param name="given">What was sent; null for nothing.</param>
    /// <param name="before">The member until now; empty for a new one.</param>
    /// <param name="isChecked">Whether required ones must be there.</param>
    public static (Dictionary<string, string?> Values, List<(string Field, string Message)> Wrong) Read(
        Account account, string list, JsonElement? given, IReadOnlyDictionary<string, string?> before, bool isChecked)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        var wrong = new List<(string, string)>();
        if (given is { ValueKind: not JsonValueKind.Object })
            return (values, [("merge_fields", "Schema describes object, array found instead")]);
        foreach (var (tag, field) in All(account, list))
        {
            var value = given?.Get(tag);
            if (value is { ValueKind: not JsonValueKind.Null } sent)
            {
                values[tag] = sent.AsText() is { Length: > 0 } text ? text : null;
                if (values[tag] is not null && Complaint(field, sent) is { } complaint)
                    wrong.Add((tag, complaint));
            }

            if (isChecked && field["required"] == "true" && (values.TryGetValue(tag, out var now) ? now : before.GetValueOrDefault(tag)) is null)
                wrong.Add((tag, "Please enter a value"));
        }

        return (values, wrong);
    }

    private static string? Complaint(IReadOnlyDictionary<string, string?> field, JsonElement sent)
    {
        var text = sent.AsText()!;
        return field["type"] switch
        {
            "address" when sent.ValueKind is JsonValueKind.Object => AddressParts.All(part => sent.GetText(part) is { Length: > 0 }) ? null : "Please enter a complete address",
            _ when sent.ValueKind is JsonValueKind.Object or JsonValueKind.Array => "Schema describes string, object found instead",
            "number" => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? null : "Please enter a number",
            "date" => DateTime.TryParseExact(text, ["yyyy-MM-dd", "MM/dd/yyyy", "yyyy-MM-dd'T'HH:mm:ss'Z'"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? null : "Please enter the date",
            "birthday" => DateTime.TryParseExact($"2024/{text}", ["yyyy/MM/dd", "yyyy/M/d"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? null : "Please enter the month and the day",
            "url" or "imageurl" => Uri.TryCreate(text, UriKind.Absolute, out _) ? null : "Please enter a valid URL",
            "zip" => text.Length == 5 && text.All(char.IsAsciiDigit) ? null : "Please enter a five digit zip code",
            "radio" or "dropdown" => JsonSerializer.Deserialize<string[]>(field["choices"] ?? "[]")!.Contains(text) ? null : "Please select one of the options",
            _ => text.Length <= MostText ? null : $"Please enter a value of up to {MostText} characters",
        };
    }

    private static object Describe(string list, string tag, IReadOnlyDictionary<string, string?> field) => new
    {
        merge_id = int.Parse(field["merge_id"]!, CultureInfo.InvariantCulture),
        tag,
        name = field["name"],
        type = field["type"],
        required = field["required"] == "true",
        default_value = "",
        @public = false,
        options = new { choices = JsonSerializer.Deserialize<string[]>(field["choices"] ?? "[]") },
        list_id = list,
    };

    private static string Table(string list) => $"merge-fields/{list}";
}
