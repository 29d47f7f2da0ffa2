using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.SendGrid;

/// <summary>A field that every account has.</summary>
internal sealed record ReservedField(string Id, string Name, string Type, bool IsReadOnly);

/// <summary>The fields of contacts: reserved ones, by name, and custom ones, by id.</summary>
internal static partial class FieldDefinitions
{
    private const string Table = "fields";
    private const int MostFields = 500;
    private const int MostText = 1000;

    public static readonly IReadOnlyList<ReservedField> Reserved =
    [
        .. new[]
        {
            "first_name", "last_name", "email", "alternate_emails", "address_line_1", "address_line_2", "city", "state_province_region", "postal_code", "country",
            "phone_number", "whatsapp", "line", "facebook", "unique_name",
        }.Select((name, at) => new ReservedField($"_rf{at}_T", name, "Text", IsReadOnly: false)),
        new("_rf15_T", "email_domains", "Text", IsReadOnly: true),
        new("_rf16_D", "last_clicked", "Date", IsReadOnly: true),
        new("_rf17_D", "last_opened", "Date", IsReadOnly: true),
        new("_rf18_D", "last_emailed", "Date", IsReadOnly: true),
        new("_rf21_D", "created_at", "Date", IsReadOnly: true),
        new("_rf22_D", "updated_at", "Date", IsReadOnly: true),
        new("_rf23_T", "contact_id", "Text", IsReadOnly: true),
    ];

    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>> Custom(Account account) => account.Table(Table).Records;

    public static bool IsWritable(string name) => ContactStore.Identifiers.Contains(name) || Reserved.Any(field => field.Name == name && !field.IsReadOnly);

    public static VendorAnswer List(VendorCall call) => VendorAnswer.Json(200, new
    {
        custom_fields = Custom(call.Account).Select(field => new { id = field.Key, name = field.Value["name"], field_type = field.Value["type"] }),
        reserved_fields = Reserved.Select(field => field.IsReadOnly
            ? (object)new { id = field.Id, name = field.Name, field_type = field.Type, read_only = true }
            : new { id = field.Id, name = field.Name, field_type = field.Type }),
        _metadata = new { self = $"{call.BaseUrl}/{call.Path}" },
    });

    public static VendorAnswer Create(VendorCall call)
    {
        string name = call.Json?.GetText("name") ?? "", type = call.Json?.GetText("field_type") ?? "";
        if (name.Length > 100 || !Name().IsMatch(name))
            return SendGridDialect.Error(400, "name must be letters, digits and underscores, and not begin with a digit", "name");
        if (type is not ("Text" or "Number" or "Date"))
            return SendGridDialect.Error(400, "field_type must be Text, Number or Date", "field_type");
        if (Reserved.Any(field => Same(field.Name, name)) || ContactStore.Identifiers.Any(field => Same(field, name)))
            return SendGridDialect.Error(400, $"{name} is a reserved field name", "name");
        if (Custom(call.Account).Values.Any(field => Same(field["name"]!, name)) || Custom(call.Account).Count >= MostFields)
            return SendGridDialect.Error(400, "a custom field with this name already exists, or there are too many", "name");
        var id = $"e{call.Account.NextId("field", 1)}_{type[0]}";
        call.Account.Table(Table).Set(id, Record.Of(("name", name), ("type", type)));
        return VendorAnswer.Json(200, new { id, name, field_type = type });
    }

    /// <summary>What is wrong with a row's custom fields; null where they are good.</summary>
    public static string? Complaint(Account account, JsonElement row)
    {
        foreach (var (id, value) in row.Get("custom_fields")?.Fields() ?? [])
        {
            if (value is { Length: > 0 } && !IsGood(Custom(account)[id]["type"]!, value))
                return $"invalid {Custom(account)[id]["type"]} value for custom field {id}";
        }

        return null;
    }

    private static bool IsGood(string type, string value) => type switch
    {
        "Number" => decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _),
        "Date" => DateTime.TryParseExact(value, "MM/dd/yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            || DateTime.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out _),
        _ => value.Length <= MostText,
    };

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex Name();
}
