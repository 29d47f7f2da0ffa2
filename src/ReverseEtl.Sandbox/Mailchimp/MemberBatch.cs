using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Mailchimp;

/// <summary>Members by the batch: each one that is refused is told with its address, code and field.</summary>
internal static class MemberBatch
{
    private const int MostMembers = 500;
    private const string Exists = "ERROR_CONTACT_EXISTS";
    private const string Generic = "ERROR_GENERIC";

    public static VendorAnswer Subscribe(VendorCall call)
    {
        if (call.Json?.Get("members") is not { ValueKind: JsonValueKind.Array } sent)
            return MailchimpDialect.Refused("The resource submitted could not be validated. For field-specific details, see the 'errors' array.", ("members", "This value should not be blank."));
        if (sent.GetArrayLength() > MostMembers)
            return MailchimpDialect.Refused($"A maximum of {MostMembers} members may be sent in a batch.", ("members", $"This collection should contain {MostMembers} elements or less."));
        var members = new Members(call.Account, call.Part("list"));
        List<object> created = [], updated = [], errors = [];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var at = 0;
        foreach (var member in sent.EnumerateArray())
        {
            var address = member.GetText("email_address") ?? "";
            var hash = Members.Hash(address);
            var isNew = members.Get(hash) is null;
            if (Refusal(call, at++, seen.Add(hash), isNew) is { } refusal)
                errors.Add(refusal(address));
            else if (members.Save(hash, member, member.GetText("status"), call.Query("skip_merge_validation") != "true") is { } error)
                errors.Add(Error(address, error.Detail, Generic, error.Fields is [var field, ..] ? field : default));
            else
            {
                MemberTags.Set(call.Account, call.Part("list"), hash, member, call.Json?.Get("sync_tags") is { ValueKind: JsonValueKind.True });
                (isNew ? created : updated).Add(members.Describe(hash));
            }
        }

        return VendorAnswer.Json(200, new
        {
            new_members = created,
            updated_members = updated,
            errors,
            total_created = created.Count,
            total_updated = updated.Count,
            error_count = errors.Count,
        });
    }

    /// <summary>What is wrong with a member whatever its fields are.</summary>
    private static Func<string, object>? Refusal(VendorCall call, int at, bool isFirst, bool isNew)
    {
        if (call.Refused.Contains(at))
            return address => Error(address, call.RefusalMessage, Generic, default);
        if (!isFirst && call.Query("skip_duplicate_check") != "true")
            return address => Error(address, $"Multiple entries of {address} found in the batch.", Generic, default);
        return isNew || call.Json?.Get("update_existing") is { ValueKind: JsonValueKind.True }
            ? null
            : address => Error(address, $"{address} is already a list member, do you want to update? please provide update_existing:true in the request body", Exists, default);
    }

    private static object Error(string address, string error, string code, (string? Field, string? Message) field) =>
        new { email_address = address, error, error_code = code, field = field.Field ?? "", field_message = field.Message ?? "" };
}
