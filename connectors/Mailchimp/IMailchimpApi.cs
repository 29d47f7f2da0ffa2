using RestEase;

namespace ReverseEtl.Connectors.Mailchimp;

/// <summary>
/// Mailchimp's Marketing API 3.0, where an audience is called a list and a member is named by the MD5 of the address. Errors are
/// <c>{"type","title","status","detail","errors":[{"field","message"}]}</c>.
/// </summary>
[AllowAnyStatusCode]
public interface IMailchimpApi
{
    /// <summary>The audiences: <c>{"lists":[{"id","name"}]}</c>.</summary>
    [Get("lists?count=1000&fields=lists.id,lists.name")]
    Task<HttpResponseMessage> AudiencesAsync(CancellationToken cancellationToken);

    /// <summary>The merge fields: <c>{"merge_fields":[{"tag","name","type"}]}</c>.</summary>
    [Get("lists/{list}/merge-fields?count=1000")]
    Task<HttpResponseMessage> MergeFieldsAsync([Path] string list, CancellationToken cancellationToken);

    /// <summary>One member, <c>{"email_address","status"}</c>; 404 for nobody, and the status <c>archived</c> for whoever was taken out.</summary>
    [Get("lists/{list}/members/{member}")]
    Task<HttpResponseMessage> MemberAsync([Path] string list, [Path] string member, CancellationToken cancellationToken);

    /// <summary>
    /// Adds or updates one member: <c>{"email_address","status_if_new","status","merge_fields","language","vip"}</c>. Answers with the
    /// member. Without <c>status</c>, whoever is there keeps theirs.
    /// </summary>
    [Put("lists/{list}/members/{member}?skip_merge_validation=true")]
    Task<HttpResponseMessage> PutAsync([Path] string list, [Path] string member, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>Archives a member.</summary>
    [Delete("lists/{list}/members/{member}")]
    Task<HttpResponseMessage> ArchiveAsync([Path] string list, [Path] string member, CancellationToken cancellationToken);

    /// <summary>Erases a member for good.</summary>
    [Post("lists/{list}/members/{member}/actions/delete-permanent")]
    Task<HttpResponseMessage> EraseAsync([Path] string list, [Path] string member, CancellationToken cancellationToken);

    /// <summary>Tags whose name begins so: <c>{"tags":[{"id","name"}]}</c>.</summary>
    [Get("lists/{list}/tag-search")]
    Task<HttpResponseMessage> TagsAsync([Path] string list, [Query] string name, CancellationToken cancellationToken);

    /// <summary>Makes a tag, which is a static segment: <c>{"name","static_segment":[]}</c>; answers <c>{"id"}</c>.</summary>
    [Post("lists/{list}/segments")]
    Task<HttpResponseMessage> MakeTagAsync([Path] string list, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>
    /// Body <c>{"members_to_add":[...]}</c> or <c>{"members_to_remove":[...]}</c>, 500 addresses at the most; answers
    /// <c>{"errors":[{"email_addresses","error"}]}</c>.
    /// </summary>
    [Post("lists/{list}/segments/{tag}")]
    Task<HttpResponseMessage> ChangeTagAsync([Path] string list, [Path] string tag, [Body] HttpContent body, CancellationToken cancellationToken);
}
