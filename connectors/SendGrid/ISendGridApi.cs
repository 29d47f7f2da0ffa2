using RestEase;

namespace ReverseEtl.Connectors.SendGrid;

/// <summary>SendGrid's Marketing Campaigns API. Errors are <c>{"errors":[{"message","field","error_id"}]}</c>.</summary>
[AllowAnyStatusCode]
public interface ISendGridApi
{
    /// <summary>
    /// Body <c>{"list_ids":[...],"contacts":[{"email",...,"custom_fields":{"e1_T":"x"}}]}</c>, 30,000 contacts or 6 MB at the most. 202
    /// with <c>{"job_id"}</c>. A contact that is there is updated where the row has all identifiers that it has.
    /// </summary>
    [Put("v3/marketing/contacts")]
    Task<HttpResponseMessage> UpsertAsync([Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>Deletes contacts by their ids, separated by commas; answers 202 with <c>{"job_id"}</c>.</summary>
    [Delete("v3/marketing/contacts")]
    Task<HttpResponseMessage> DeleteAsync([Query] string ids, CancellationToken cancellationToken);

    /// <summary>
    /// A job: <c>{"status","results":{"requested_count","errored_count","errors_url"}}</c>, where the status is pending, completed,
    /// errored (some rows) or failed (all of them).
    /// </summary>
    [Get("v3/marketing/contacts/imports/{job}")]
    Task<HttpResponseMessage> JobAsync([Path] string job, CancellationToken cancellationToken);

    /// <summary>Body <c>{"emails":[...]}</c>, 100 at the most; answers <c>{"result":{"a@x.org":{"contact":{"id"}}}}</c>, or 404 where nobody is found.</summary>
    [Post("v3/marketing/contacts/search/emails")]
    Task<HttpResponseMessage> FindAsync([Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>The fields: <c>{"custom_fields":[{"id","name","field_type"}],"reserved_fields"}</c>.</summary>
    [Get("v3/marketing/field_definitions")]
    Task<HttpResponseMessage> FieldsAsync(CancellationToken cancellationToken);

    /// <summary>The lists: <c>{"result":[{"id","name","contact_count"}],"_metadata":{"next"}}</c>.</summary>
    [Get("v3/marketing/lists?page_size=1000")]
    Task<HttpResponseMessage> ListsAsync([Query("page_token")] string? page, CancellationToken cancellationToken);

    /// <summary>Makes a list: <c>{"name"}</c>; answers <c>{"id"}</c>.</summary>
    [Post("v3/marketing/lists")]
    Task<HttpResponseMessage> MakeListAsync([Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>Takes contacts off a list by their ids, separated by commas; answers 202 with <c>{"job_id"}</c>. The contacts stay.</summary>
    [Delete("v3/marketing/lists/{list}/contacts")]
    Task<HttpResponseMessage> RemoveAsync([Path] string list, [Query("contact_ids")] string ids, CancellationToken cancellationToken);
}
