using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Mailchimp;

/// <summary>One member: add, get, put, patch, archive, erase.</summary>
internal static class MemberRoutes
{
    public static IReadOnlyList<IEnumerable<string>> RowOfBody(VendorCall call) => call.Json is { } body ? [body.Scalars()] : [];

    /// <summary>The member that the path means, with its address: the path has only a digest.</summary>
    public static IReadOnlyList<IEnumerable<string>> RowOfPath(VendorCall call)
    {
        var members = Of(call);
        return [[call.Part("member"), .. members.Find(call.Part("member")) is { } hash ? members.Get(hash)!.Values.OfType<string>() : []]];
    }

    public static VendorAnswer List(VendorCall call)
    {
        var members = Of(call);
        var (page, total) = Audiences.Page(call, members.All.Where(member => call.Query("status") is { } status
            ? member.Value["status"] == status
            : member.Value["status"] != Members.Archived));
        return VendorAnswer.Json(200, new { members = page.Select(member => members.Describe(member.Key)), list_id = call.Part("list"), total_items = total });
    }

    public static VendorAnswer Get(VendorCall call) => Of(call).Find(call.Part("member")) is { } hash
        ? VendorAnswer.Json(200, Of(call).Describe(hash))
        : new MailchimpDialect().Missing();

    public static VendorAnswer Add(VendorCall call)
    {
        var address = call.Json?.GetText("email_address") ?? "";
        return Of(call).Get(Members.Hash(address)) is { } known && known["status"] != Members.Archived
            ? MailchimpDialect.Problem(400, "Member Exists", $"{address} is already a list member. Use PUT to insert or update list members.")
            : Save(call, Members.Hash(address), call.Json?.GetText("status"));
    }

    public static VendorAnswer Put(VendorCall call)
    {
        var body = call.Json ?? default;
        if (Of(call).Find(call.Part("member")) is { } hash)
            return Save(call, hash, body.GetText("status"));
        if (body.GetText("email_address") is not { } address || (Members.Hash(address) != call.Part("member") && address != call.Part("member")))
            return new MailchimpDialect().Invalid("The email address does not match the subscriber hash.");
        return body.GetText("status_if_new") is { } status
            ? Save(call, Members.Hash(address), body.GetText("status") ?? status)
            : MailchimpDialect.Refused("The resource submitted could not be validated. For field-specific details, see the 'errors' array.", ("status_if_new", "This value should not be blank."));
    }

    public static VendorAnswer Patch(VendorCall call) => Of(call).Find(call.Part("member")) is { } hash
        ? Save(call, hash, call.Json?.GetText("status"))
        : new MailchimpDialect().Missing();

    public static VendorAnswer Archive(VendorCall call)
    {
        if (Of(call).Find(call.Part("member")) is not { } hash)
            return new MailchimpDialect().Missing();
        if (call.Refused.Count > 0)
            return new MailchimpDialect().Invalid(call.RefusalMessage);
        if (Of(call).Get(hash)!["status"] == Members.Archived)
            return MailchimpDialect.Problem(405, "Method Not Allowed", "This list member cannot be removed. Please contact support.");
        Of(call).Archive(hash);
        return VendorAnswer.Empty(204);
    }

    public static VendorAnswer Erase(VendorCall call)
    {
        if (Of(call).Find(call.Part("member")) is not { } hash)
            return new MailchimpDialect().Missing();
        if (call.Refused.Count > 0)
            return new MailchimpDialect().Invalid(call.RefusalMessage);
        Of(call).Erase(hash);
        return VendorAnswer.Empty(204);
    }

    private static VendorAnswer Save(VendorCall call, string hash, string? status)
    {
        if (call.Refused.Count > 0)
            return new MailchimpDialect().Invalid(call.RefusalMessage);
        var members = Of(call);
        var body = call.Json ?? default;
        if (members.Save(hash, body, status, call.Query("skip_merge_validation") != "true") is { } error)
            return MailchimpDialect.Problem(400, error.Title, error.Detail, [.. error.Fields.Select(field => new { field = field.Field, message = field.Message })]);
        var saved = body.GetText("email_address") is { } address ? Members.Hash(address) : hash;
        MemberTags.Set(call.Account, call.Part("list"), saved, body, isAll: false);
        return VendorAnswer.Json(200, members.Describe(saved));
    }

    private static Members Of(VendorCall call) => new(call.Account, call.Part("list"));
}
