using RestEase;

namespace ReverseEtl.Connectors.Intercom;

/// <summary>
/// Intercom's REST API, version 2.16. Errors are <c>{"type":"error.list","errors":[{"code","message"}]}</c>. Contacts, companies and tags are
/// named by Intercom's own ids.
/// </summary>
[AllowAnyStatusCode]
public interface IIntercomApi
{
    /// <summary>Whose token it is: <c>{"type":"admin","app":{"name"}}</c>.</summary>
    [Get("me")]
    Task<HttpResponseMessage> MeAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Body <c>{"query":{"operator":"AND","value":[{"field","operator":"IN","value":[...]}]},"pagination":{"per_page":150}}</c>; answers
    /// <c>{"data":[{"id","external_id","email"}]}</c>. A contact that was just made may take minutes to be found.
    /// </summary>
    [Post("contacts/search")]
    Task<HttpResponseMessage> SearchContactsAsync([Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>
    /// Body <c>{"role":"user","external_id","email","name","custom_attributes":{}}</c>; answers <c>{"id"}</c>. 409 names the contact that is there
    /// already: <c>A contact matching those details already exists with id=...</c>, or <c>An archived contact ...</c>.
    /// </summary>
    [Post("contacts")]
    Task<HttpResponseMessage> CreateContactAsync([Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>The same body for a contact that is there; 404 where it is not, or archived.</summary>
    [Put("contacts/{id}")]
    Task<HttpResponseMessage> UpdateContactAsync([Path] string id, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>Takes a contact out of sight, or back; answers <c>{"id","archived":true}</c>. <paramref name="action"/> is archive or unarchive.</summary>
    [Post("contacts/{id}/{action}")]
    Task<HttpResponseMessage> ArchiveContactAsync([Path] string id, [Path] string action, [Body] HttpContent? nothing, CancellationToken cancellationToken);

    /// <summary>Deletes a contact or a company for good; the company's contacts stay. <paramref name="kind"/> is contacts or companies.</summary>
    [Delete("{kind}/{id}")]
    Task<HttpResponseMessage> DeleteAsync([Path] string kind, [Path] string id, [Body] HttpContent nothing, CancellationToken cancellationToken);

    /// <summary>Body <c>{"company_id","name","custom_attributes":{}}</c>: creates, or updates the company with this company_id.</summary>
    [Post("companies")]
    Task<HttpResponseMessage> SetCompanyAsync([Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>The company with a company_id: <c>{"id","company_id"}</c>, alone or in <c>data</c>; 404 for none.</summary>
    [Get("companies")]
    Task<HttpResponseMessage> FindCompanyAsync([Query("company_id")] string companyId, CancellationToken cancellationToken);

    /// <summary>All tags: <c>{"data":[{"id","name"}]}</c>.</summary>
    [Get("tags")]
    Task<HttpResponseMessage> ListTagsAsync(CancellationToken cancellationToken);

    /// <summary>Body <c>{"name"}</c>: makes the tag, or finds it; answers <c>{"id","name"}</c>.</summary>
    [Post("tags")]
    Task<HttpResponseMessage> CreateTagAsync([Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>Body <c>{"id"}</c> of the tag. 404 is <c>User Not Found</c> or, for the tag, <c>Resource Not Found</c>.</summary>
    [Post("contacts/{id}/tags")]
    Task<HttpResponseMessage> TagAsync([Path] string id, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>Takes a tag off a contact; 404 where one of them is not there.</summary>
    [Delete("contacts/{id}/tags/{tag}")]
    Task<HttpResponseMessage> UntagAsync([Path] string id, [Path] string tag, [Body] HttpContent nothing, CancellationToken cancellationToken);
}
