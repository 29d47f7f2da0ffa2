using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Mailchimp;

/// <summary>Why a member is not as it was asked for.</summary>
internal sealed record MemberError(string Title, string Detail, IReadOnlyList<(string Field, string Message)> Fields)
{
    public MemberError(string title, string detail) : this(title, detail, [])
    {
    }

    public static MemberError Invalid(string detail, params IReadOnlyList<(string Field, string Message)> fields) => new("Invalid Resource", detail, fields);
}

/// <summary>
/// The members of an audience, by the MD5 of their address. Who has unsubscribed or bounced (an address that begins with <c>optout</c>, or a
/// status of <c>cleaned</c>) cannot be subscribed by the API; who was erased cannot come back by it at all.
/// </summary>
internal sealed class Members(Account account, string list)
{
    public const string Subscribed = "subscribed";
    public const string Archived = "archived";

    private static readonly string[] Statuses = [Subscribed, "unsubscribed", "cleaned", "pending", "transactional"];
    private static readonly string[] Texts = ["email_type", "language", "ip_signup", "ip_opt", "timestamp_signup", "timestamp_opt"];
    private static readonly string[] Json = ["vip", "location", "marketing_permissions"];

    private readonly Table _members = account.Table($"members/{list}");

    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>> All => _members.Records;

    public IReadOnlyDictionary<string, string?>? Get(string hash) => _members.Get(hash);

    /// <summary>The member that a part of a path means: an MD5, an address or a contact id.</summary>
    public string? Find(string text) => _members.Has(text) ? text
        : text.Contains('@', StringComparison.Ordinal) && _members.Has(Hash(text)) ? Hash(text)
        : _members.Find("contact_id", text, StringComparer.Ordinal);

#pragma warning disable CA1308, CA5351 // Mailchimp's own way of naming members.
    public static string Hash(string address) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(address.ToLowerInvariant())));
#pragma warning restore CA1308, CA5351

    /// <summary>Creates or updates a member.</summary>
    /// <param name="hash">The member.</param>
    /// <param name="body">What was sent.</param>
    /// <param name="status">The status to have; null keeps the one that is there.</param>
    /// <param name="isChecked">Whether required merge fields must be there.</param>
    public MemberError? Save(string hash, JsonElement body, string? status, bool isChecked = true)
    {
        var before = _members.Get(hash) ?? Record.Empty;
        var address = body.GetText("email_address") ?? before.GetValueOrDefault("email_address");
        if (address is null || !EmailAddress.IsGood(address))
            return MemberError.Invalid("Please provide a valid email address.");
        if (Wrong(body) is { } wrong)
            return MemberError.Invalid("The resource submitted could not be validated. For field-specific details, see the 'errors' array.", wrong);
        if (account.Table($"erased/{list}").Has(Hash(address)))
            return new MemberError("Forgotten Email Not Subscribed", $"{address} was permanently deleted and cannot be re-imported. The contact must re-subscribe to get back on the list.");
        if (status is null && before.Count == 0)
            return MemberError.Invalid("The resource submitted could not be validated. For field-specific details, see the 'errors' array.", ("status", "This value should not be blank."));
        if (status is Subscribed && before.GetValueOrDefault("status") is not Subscribed && IsOut(address, before))
            return new MemberError("Member In Compliance State", $"{address} is in a compliance state due to unsubscribe, bounce, or compliance review and cannot be subscribed.");
        var (values, complaints) = MergeFields.Read(account, list, body.Get("merge_fields"), before, isChecked);
        if (complaints.Count > 0)
            return MemberError.Invalid("Your merge fields were invalid.", complaints);
        Set(hash, address, status, before.With(Own(body)).With(values));
        return null;
    }

    public void Archive(string hash) => _members.Set(hash, _members.Get(hash)!.With([new("status", Archived)]));

    /// <summary>Forgets a member, who cannot be sent again.</summary>
    public void Erase(string hash)
    {
        _members.Remove(hash);
        StaticSegments.Forget(account, list, hash);
        account.Table($"erased/{list}").Set(hash, Record.Empty);
    }

    public Dictionary<string, object?> Describe(string hash)
    {
        var member = _members.Get(hash)!;
        var tags = StaticSegments.All(account, list).Where(segment => StaticSegments.Has(account, list, segment.Key, hash)).ToList();
        var described = new Dictionary<string, object?>
        {
            ["id"] = hash,
            ["email_address"] = member["email_address"],
            ["contact_id"] = member["contact_id"],
            ["unique_email_id"] = hash[..10],
            ["status"] = member["status"],
            ["merge_fields"] = MergeFields.All(account, list).ToDictionary(field => field.Key, field => member.GetValueOrDefault(field.Key) ?? ""),
            ["vip"] = member.GetValueOrDefault("vip") == "true",
            ["tags_count"] = tags.Count,
            ["tags"] = tags.Select(tag => new { id = int.Parse(tag.Key, CultureInfo.InvariantCulture), name = tag.Value["name"] }),
            ["list_id"] = list,
        };
        foreach (var name in Texts)
            described[name] = member.GetValueOrDefault(name) ?? "";
        return described;
    }

    private void Set(string hash, string address, string? status, IReadOnlyDictionary<string, string?> member)
    {
        var now = member.With([new("email_address", address), new("status", status ?? member["status"])]);
        if (now.GetValueOrDefault("contact_id") is null)
            now = now.With([new("contact_id", Convert.ToHexStringLower(MD5Of($"{list}/{hash}")))]);
        if (Hash(address) is var other && other != hash)
        {
            _members.Remove(hash);
            StaticSegments.Rename(account, list, hash, other);
        }

        _members.Set(other, now);
    }

#pragma warning disable CA5351 // An id that looks like Mailchimp's.
    private static byte[] MD5Of(string text) => MD5.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5351

    private static bool IsOut(string address, IReadOnlyDictionary<string, string?> before) =>
        address.StartsWith("optout", StringComparison.OrdinalIgnoreCase) || before.GetValueOrDefault("status") == "cleaned";

    private static (string Field, string Message)? Wrong(JsonElement body)
    {
        foreach (var name in new[] { "status", "status_if_new" })
        {
            if (body.Get(name) is { } status && !Statuses.Contains(status.AsText()))
                return (name, $"This value should be one of the following: {string.Join(", ", Statuses)}");
        }

        if (Texts.FirstOrDefault(name => body.Get(name) is { ValueKind: not JsonValueKind.String }) is { } text)
            return (text, $"Schema describes string, {Kind(body.Get(text)!.Value)} found instead");
        if (body.Get("vip") is { ValueKind: not (JsonValueKind.True or JsonValueKind.False) } vip)
            return ("vip", $"Schema describes boolean, {Kind(vip)} found instead");
        if (body.Get("location") is { } location && (location.Get("latitude") is not { ValueKind: JsonValueKind.Number } || location.Get("longitude") is not { ValueKind: JsonValueKind.Number }))
            return ("location", "Schema describes numbers, something else found instead");
        return body.GetText("email_type") is { Length: > 0 } and not ("html" or "text") ? ("email_type", "This value should be html or text") : null;
    }

    private static string Kind(JsonElement value) => value.ValueKind is JsonValueKind.Null ? "NULL" : $"{value.ValueKind}";

    private static IEnumerable<KeyValuePair<string, string?>> Own(JsonElement body) =>
        Texts.Concat(Json).Where(name => body.Get(name) is not null).Select(name => KeyValuePair.Create(name, body.Get(name)!.Value.AsText()));
}
