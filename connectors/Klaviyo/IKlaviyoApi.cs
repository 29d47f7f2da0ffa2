using RestEase;

namespace ReverseEtl.Connectors.Klaviyo;

/// <summary>
/// Klaviyo's API, in the JSON:API manner: <c>{"data":{"type","id","attributes","relationships"}}</c>. Errors are
/// <c>{"errors":[{"code","title","detail","source":{"pointer"}}]}</c>.
/// </summary>
[AllowAnyStatusCode]
public interface IKlaviyoApi
{
    /// <summary>
    /// Makes a resource; its type, as a plural, is the address. A <c>list</c> (<c>{"name"}</c>) is answered with the list. The others are jobs
    /// with an item for each row: <c>profile-bulk-import-job</c> (10,000 rows) is answered with the job; those for consent
    /// (1,000 to subscribe, 100 to unsubscribe), events (1,000) and erasure (1) with 202 and no body. 5 MB at the most.
    /// </summary>
    [Post("api/{resources}")]
    Task<HttpResponseMessage> MakeAsync([Path] string resources, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>An import: <c>attributes{status,failed_count}</c>; status is queued, processing, complete or cancelled.</summary>
    [Get("api/profile-bulk-import-jobs/{job}")]
    Task<HttpResponseMessage> ImportAsync([Path] string job, CancellationToken cancellationToken);

    /// <summary>Profiles that an import refused: <c>attributes{code,detail,source,original_payload}</c>, and <c>links.next</c> with the cursor of the next page.</summary>
    [Get("api/profile-bulk-import-jobs/{job}/import-errors")]
    Task<HttpResponseMessage> ImportErrorsAsync([Path] string job, [Query("page[size]")] int size, [Query("page[cursor]")] string? cursor, CancellationToken cancellationToken);

    /// <summary>Profiles by a filter such as <c>any(email,["a@b.c"])</c>, with some of their fields; 100 at the most.</summary>
    [Get("api/profiles")]
    Task<HttpResponseMessage> ProfilesAsync([Query] string? filter, [Query("fields[profile]")] string fields, [Query("page[size]")] int size, CancellationToken cancellationToken);

    /// <summary>Lists by a filter such as <c>equals(name,"VIP")</c>.</summary>
    [Get("api/lists")]
    Task<HttpResponseMessage> ListsAsync([Query] string filter, CancellationToken cancellationToken);

    /// <summary>Body <c>{"data":[{"type":"profile","id"}]}</c>, 1,000 at the most; 204.</summary>
    [Post("api/lists/{list}/relationships/profiles")]
    Task<HttpResponseMessage> AddMembersAsync([Path] string list, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>The same, to take them off. Their consent stays.</summary>
    [Delete("api/lists/{list}/relationships/profiles")]
    Task<HttpResponseMessage> RemoveMembersAsync([Path] string list, [Body] HttpContent body, CancellationToken cancellationToken);
}
