using RestEase;

namespace ReverseEtl.Connectors.HubSpot;

/// <summary>HubSpot's CRM API, as of its dated version 2026-09. Bodies are written from columns; answers are read by the caller.</summary>
[AllowAnyStatusCode]
public interface IHubSpotApi
{
    /// <summary>Body <c>{"inputs":[{"id","idProperty","properties","objectWriteTraceId"}]}</c>, 100 at the most; <paramref name="action"/> is upsert, create, update, read or archive.</summary>
    [Post("crm/objects/2026-09/{type}/batch/{action}")]
    Task<HttpResponseMessage> BatchAsync([Path] string type, [Path] string action, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>One record at the most; shows that the token may read them.</summary>
    [Get("crm/objects/2026-09/{type}?limit=1")]
    Task<HttpResponseMessage> ReadAnyAsync([Path] string type, CancellationToken cancellationToken);

    /// <summary>A list by its name: <c>{"list":{"listId","processingType"}}</c>; 404 where there is none.</summary>
    [Get("crm/lists/2026-09/object-type-id/{objectTypeId}/name/{name}")]
    Task<HttpResponseMessage> FindListAsync([Path] string objectTypeId, [Path] string name, CancellationToken cancellationToken);

    /// <summary>Body <c>{"name","objectTypeId","processingType":"MANUAL"}</c>; answers as <see cref="FindListAsync"/>.</summary>
    [Post("crm/lists/2026-09")]
    Task<HttpResponseMessage> CreateListAsync([Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>Body: a list of record ids; <paramref name="action"/> is add or remove. Answers <c>recordsIdsAdded</c> (sic), <c>recordIdsRemoved</c>, <c>recordIdsMissing</c>.</summary>
    [Put("crm/lists/2026-09/{listId}/memberships/{action}")]
    Task<HttpResponseMessage> ChangeMembersAsync([Path] string listId, [Path] string action, [Body] HttpContent body, CancellationToken cancellationToken);
}
