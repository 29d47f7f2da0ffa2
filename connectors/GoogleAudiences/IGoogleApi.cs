using ReverseEtl.Connectors.Google;
using RestEase;

namespace ReverseEtl.Connectors.GoogleAudiences;

/// <summary>Google's Data Manager API as far as audiences need it.</summary>
[AllowAnyStatusCode]
public interface IGoogleApi : IGoogleDataManager
{
    /// <summary>
    /// Body <c>{"destinations","audienceMembers","encoding"}</c>, 10,000 members at the most, with ingest also <c>"consent","termsOfService"</c>;
    /// <paramref name="action"/> is ingest or remove. Answers <c>{"requestId"}</c>.
    /// </summary>
    [Post("v1/audienceMembers:{action}")]
    Task<HttpResponseMessage> MembersAsync([Path] string action, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>Body <c>{"destinations","removeAsOfTime"}</c>: members that were added last before that go. Answers <c>{"requestId"}</c>.</summary>
    [Post("v1/audienceMembers:removeAll")]
    Task<HttpResponseMessage> RemoveAllAsync([Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>An account's lists, page by page: <c>{"userLists":[{"id","displayName"}],"nextPageToken"}</c>.</summary>
    [Get("v1/accountTypes/{type}/accounts/{account}/userLists?pageSize=1000")]
    Task<HttpResponseMessage> ListAsync([Path] string type, [Path] string account, [Query] string filter, [Query] string? pageToken, CancellationToken cancellationToken);

    /// <summary>One list, with <c>"sizeInfo":{"displayNetworkMembersCount",...}</c>; 404 where there is none.</summary>
    [Get("v1/accountTypes/{type}/accounts/{account}/userLists/{list}")]
    Task<HttpResponseMessage> GetAsync([Path] string type, [Path] string account, [Path] string list, CancellationToken cancellationToken);

    /// <summary>Body <c>{"displayName","membershipDuration","ingestedUserListInfo":{"uploadKeyTypes"}}</c>; answers the list.</summary>
    [Post("v1/accountTypes/{type}/accounts/{account}/userLists")]
    Task<HttpResponseMessage> CreateAsync([Path] string type, [Path] string account, [Body] HttpContent body, CancellationToken cancellationToken);
}
