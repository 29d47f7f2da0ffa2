using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.SendGrid;

/// <summary>
/// The contacts, each with one to four identifiers; addresses are in lower case. An update names all identifiers that the contact has. A
/// field that is left out stays, and an empty one is cleared.
/// </summary>
internal sealed class ContactStore(Account account)
{
    public const string TableName = "contacts";
    private const string Alternates = "alternates";

    public static readonly string[] Identifiers = ["email", "phone_number_id", "external_id", "anonymous_id"];

    private readonly Table _contacts = account.Table(TableName);

    public string? Find(string kind, string value) =>
        _contacts.Find(kind, value, kind == "email" ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal)
        ?? (kind == "email" ? account.Table(Alternates).Get(Lower(value))?["contact"] : null);

    /// <summary>Creates or updates a contact.</summary>
    /// <returns>The contact, or what is wrong with the row.</returns>
    public (string? Id, bool IsNew, string? Wrong) Save(JsonElement row)
    {
        var fields = Read(row);
        var identifiers = fields.Where(field => Identifiers.Contains(field.Key) && field.Value is not null).ToList();
        if (fields.GetValueOrDefault("email") is { } email && !EmailAddress.IsGood(email))
            return (null, false, "email is not valid");
        if (fields.GetValueOrDefault("phone_number_id") is { } phone && !phone.TrimStart('+').All(char.IsAsciiDigit))
            return (null, false, "phone_number_id is not a valid phone number");
        string[] found = [.. identifiers.Select(field => Find(field.Key, field.Value!)).OfType<string>().Distinct()];
        if (found.Length > 1)
            return (null, false, "identifiers belong to different contacts");
        var before = found.Length == 1 ? _contacts.Get(found[0])! : Record.Empty;
        if (Identifiers.FirstOrDefault(kind => before.GetValueOrDefault(kind) is { } known && known != fields.GetValueOrDefault(kind)) is { } missing)
            return (null, false, $"all existing identifiers must be present: {missing}");
        if (FieldDefinitions.Complaint(account, row) is { } complaint)
            return (null, false, complaint);
        var id = found.FirstOrDefault() ?? Uuid(account, "contact");
        _contacts.Set(id, before.With(fields));
        foreach (var address in JsonSerializer.Deserialize<string[]>(fields.GetValueOrDefault("alternate_emails") ?? "[]")!)
            account.Table(Alternates).Set(Lower(address), Record.Of(("contact", id)));
        return (id, found.Length == 0, null);
    }

    public bool Delete(string id)
    {
        foreach (var list in account.Table(ContactLists.Table).Records.Keys)
            account.Table(ContactLists.MemberTable(list)).Remove(id);
        foreach (var address in account.Table(Alternates).Records.Where(entry => entry.Value["contact"] == id).Select(entry => entry.Key).ToList())
            account.Table(Alternates).Remove(address);
        return _contacts.Remove(id);
    }

    public static string Uuid(Account account, string sequence) =>
        $"{account.NextId(sequence, 0x1f00).ToString("x8", CultureInfo.InvariantCulture)}-5e9d-4c1a-8b3f-{sequence.Length:x4}00000000";

    public object Describe(string id)
    {
        var contact = _contacts.Get(id)!;
        var described = FieldDefinitions.Reserved.Where(field => !field.IsReadOnly).ToDictionary(field => field.Name, field => (object?)(contact.GetValueOrDefault(field.Name) ?? ""));
        foreach (var kind in Identifiers)
            described[kind] = contact.GetValueOrDefault(kind) ?? "";
        described["alternate_emails"] = JsonSerializer.Deserialize<string[]>(contact.GetValueOrDefault("alternate_emails") ?? "[]");
        described["id"] = id;
        described["list_ids"] = account.Table(ContactLists.Table).Records.Keys.Where(list => account.Table(ContactLists.MemberTable(list)).Has(id));
        described["segment_ids"] = Array.Empty<string>();
        described["custom_fields"] = FieldDefinitions.Custom(account).Values.Select(field => field["name"]!)
            .Where(name => contact.GetValueOrDefault(name) is not null).ToDictionary(name => name, name => contact[name]);
        described["created_at"] = described["updated_at"] = "2026-01-01T00:00:00Z";
        return described;
    }

    private Dictionary<string, string?> Read(JsonElement row)
    {
        var fields = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (name, value) in row.Fields().Where(field => field.Key != "custom_fields"))
            fields[name] = value is { Length: > 0 } ? name == "email" ? Lower(value) : value : null;
        var custom = FieldDefinitions.Custom(account);
        foreach (var (id, value) in row.Get("custom_fields")?.Fields() ?? [])
            fields[custom[id]["name"]!] = value is { Length: > 0 } ? value : null;
        return fields;
    }

#pragma warning disable CA1308 // SendGrid keeps addresses in lower case.
    private static string Lower(string address) => address.ToLowerInvariant();
#pragma warning restore CA1308
}
