using System.Globalization;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Intercom;

/// <summary>
/// Contacts. Two of them never have the same external_id; users with the same e-mail need an external_id each. One that was archived
/// keeps its place until it is deleted.
/// </summary>
internal static class Contacts
{
    public const string Table = "contacts";
    private const string Archived = "archived";

    public static bool IsArchived(IReadOnlyDictionary<string, string?> contact) => contact.GetValueOrDefault(Archived) == "true";

    /// <summary>Whether there is one that can be written to.</summary>
    public static bool Has(Account account, string id) => account.Table(Table).Get(id) is { } contact && !IsArchived(contact);

    public static VendorAnswer Create(VendorCall call)
    {
        if (ContactFields.Wrong(call) is { } wrong)
            return wrong;
        var made = ContactFields.Apply(call, Record.Of(("role", "user"), ("created_at", ContactFields.Now(call))));
        if (made["role"] == "user" && Text(made, "email") is null && Text(made, "external_id") is null)
            return IntercomDialect.Error(400, "parameter_not_found", "email or external_id is required for a user");
        if (Conflict(call.Account, made, null) is { } conflict)
            return conflict;
        var id = (0x6a0000000000 + call.Account.NextId(Table, 1)).ToString("x24", CultureInfo.InvariantCulture);
        call.Account.Table(Table).Set(id, made);
        return VendorAnswer.Json(200, ContactFields.Shape(call.Account, id));
    }

    public static VendorAnswer Update(VendorCall call) => OnContact(call, id =>
    {
        if (ContactFields.Wrong(call) is { } wrong)
            return wrong;
        var changed = ContactFields.Apply(call, call.Account.Table(Table).Get(id)!);
        if (Conflict(call.Account, changed, id) is { } conflict)
            return conflict;
        call.Account.Table(Table).Set(id, changed);
        return VendorAnswer.Json(200, ContactFields.Shape(call.Account, id));
    });

    public static VendorAnswer Get(VendorCall call) => OnContact(call, id => VendorAnswer.Json(200, ContactFields.Shape(call.Account, id)));

    public static VendorAnswer GetByExternalId(VendorCall call) =>
        call.Account.Table(Table).Records.FirstOrDefault(contact => contact.Value.GetValueOrDefault("external_id") == call.Part("external") && !IsArchived(contact.Value)) is { Key: { } id, Value: { } found }
            && found["role"] == "user"
            ? VendorAnswer.Json(200, ContactFields.Shape(call.Account, id))
            : IntercomDialect.NoContact();

    public static VendorAnswer List(VendorCall call) => ContactSearch.Page(call, [.. Live(call.Account)], call.Query("per_page"), call.Query("starting_after"));

    public static IEnumerable<string> Live(Account account) =>
        account.Table(Table).Records.Where(contact => !IsArchived(contact.Value)).Select(contact => contact.Key);

    public static VendorAnswer Delete(VendorCall call)
    {
        var id = call.Part("contact");
        if (call.Account.Table(Table).Get(id) is not { } contact)
            return IntercomDialect.NoContact();
        call.Account.Table(Table).Remove(id);
        Memberships.Forget(call.Account, id);
        Tags.Forget(call.Account, id);
        return VendorAnswer.Json(200, new { type = "contact", id, external_id = contact.GetValueOrDefault("external_id"), deleted = true });
    }

    public static VendorAnswer Archive(VendorCall call) => Mark(call, true);

    public static VendorAnswer Unarchive(VendorCall call) => Mark(call, false);

    private static VendorAnswer Mark(VendorCall call, bool archived)
    {
        var id = call.Part("contact");
        if (call.Account.Table(Table).Get(id) is not { } contact)
            return IntercomDialect.NoContact();
        call.Account.Table(Table).Set(id, contact.With([new(Archived, archived ? "true" : null)]));
        return VendorAnswer.Json(200, new { type = "contact", id, external_id = contact.GetValueOrDefault("external_id"), archived });
    }

    private static VendorAnswer OnContact(VendorCall call, Func<string, VendorAnswer> work) =>
        Has(call.Account, call.Part("contact")) ? work(call.Part("contact")) : IntercomDialect.NoContact();

    private static VendorAnswer? Conflict(Account account, IReadOnlyDictionary<string, string?> contact, string? self)
    {
        var owner = account.Table(Table).Records.FirstOrDefault(other => other.Key != self && IsSame(contact, other.Value));
        return owner.Key is null
            ? null
            : IntercomDialect.Error(409, "conflict", $"{(IsArchived(owner.Value) ? "An archived" : "A")} contact matching those details already exists with id={owner.Key}");
    }

    private static bool IsSame(IReadOnlyDictionary<string, string?> contact, IReadOnlyDictionary<string, string?> other)
    {
        var (mine, theirs) = (Text(contact, "external_id"), Text(other, "external_id"));
        if (mine is not null && theirs is not null)
            return mine == theirs;
        return contact["role"] == "user" && other["role"] == "user"
            && Text(contact, "email") is { } email && email.Equals(Text(other, "email"), StringComparison.OrdinalIgnoreCase);
    }

    private static string? Text(IReadOnlyDictionary<string, string?> contact, string field) => contact.GetValueOrDefault(field) is { Length: > 0 } text ? text : null;
}
