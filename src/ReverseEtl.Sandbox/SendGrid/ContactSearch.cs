using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.SendGrid;

/// <summary>Contacts found by their identifiers.</summary>
internal static class ContactSearch
{
    private const int MostValues = 100;

    public static VendorAnswer ByEmails(VendorCall call)
    {
        if (Values(call, "emails") is not { } emails)
            return SendGridDialect.Error(400, $"emails must be 1 to {MostValues} addresses", "emails");
        return emails.FirstOrDefault(email => !EmailAddress.IsGood(email)) is { } bad
            ? SendGridDialect.Error(400, $"{bad} is not a valid email address", "emails")
            : Answer(call, "email", emails);
    }

    public static VendorAnswer ByIdentifiers(VendorCall call)
    {
        if (!ContactStore.Identifiers.Contains(call.Part("kind")))
            return SendGridDialect.Error(400, "invalid identifier type", "identifier_type");
        return Values(call, "identifiers") is { } values
            ? Answer(call, call.Part("kind"), values)
            : SendGridDialect.Error(400, $"identifiers must be 1 to {MostValues} values", "identifiers");
    }

    public static VendorAnswer Count(VendorCall call) => VendorAnswer.Json(200, new { contact_count = call.Account.Table(ContactStore.TableName).Count });

    private static VendorAnswer Answer(VendorCall call, string kind, string[] values)
    {
        var store = new ContactStore(call.Account);
        var found = values.Select(value => kind == "email" ? Lower(value) : value).Distinct().ToDictionary(value => value, value => store.Find(kind, value));
        return found.Values.All(id => id is null)
            ? SendGridDialect.Error(404, "no contacts found")
            : VendorAnswer.Json(200, new { result = found.ToDictionary(entry => entry.Key, entry => entry.Value is { } id ? new { contact = store.Describe(id) } : (object)new { error = "contact not found" }) });
    }

    private static string[]? Values(VendorCall call, string name)
    {
        string[] values = [.. (call.Json?.GetList(name) ?? []).Where(value => value.ValueKind is JsonValueKind.String).Select(value => value.GetString()!).Where(value => value.Length > 0)];
        return values.Length is 0 or > MostValues ? null : values;
    }

#pragma warning disable CA1308 // SendGrid answers with addresses in lower case.
    private static string Lower(string address) => address.ToLowerInvariant();
#pragma warning restore CA1308
}
