using RestEase;

namespace ReverseEtl.Connectors.MetaAudiences;

/// <summary>Meta's Graph API as far as custom audiences need it. Answers are JSON; errors have <c>{"error":{"code","error_subcode","message"}}</c>.</summary>
[AllowAnyStatusCode]
public interface IMetaApi
{
    /// <summary>An account's audiences, page by page: <c>{"data":[{"id","name"}],"paging":{"cursors":{"after"},"next"}}</c>.</summary>
    [Get("{version}/{account}/customaudiences?fields=id,name&limit=200")]
    Task<HttpResponseMessage> ListAsync([Path] string version, [Path] string account, [Query] string? after, CancellationToken cancellationToken);

    /// <summary>Body <c>{"name","subtype":"CUSTOM","customer_file_source"}</c>; answers <c>{"id"}</c>.</summary>
    [Post("{version}/{account}/customaudiences")]
    Task<HttpResponseMessage> CreateAsync([Path] string version, [Path] string account, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>An audience: <c>{"id","name","operation_status":{"code","description"}}</c>.</summary>
    [Get("{version}/{audience}?fields=name,operation_status")]
    Task<HttpResponseMessage> GetAsync([Path] string version, [Path] string audience, CancellationToken cancellationToken);

    /// <summary>How many people there are, roughly: <c>{"approximate_count_upper_bound"}</c>; -1 where Meta does not know, 1000 where there are fewer.</summary>
    [Get("{version}/{audience}?fields=approximate_count_upper_bound")]
    Task<HttpResponseMessage> CountAsync([Path] string version, [Path] string audience, CancellationToken cancellationToken);

    /// <summary>Body <c>{"payload":{"schema":[...],"data":[[...]]}}</c>, 10,000 rows at the most; answers <c>{"num_received","num_invalid_entries"}</c>.</summary>
    [Post("{version}/{audience}/users")]
    Task<HttpResponseMessage> AddAsync([Path] string version, [Path] string audience, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>
    /// The same, for people who take the place of all that are there when the session's last request is in; the body has also
    /// <c>"session":{"session_id","batch_seq","last_batch_flag","estimated_num_total"}</c>.
    /// </summary>
    [Post("{version}/{audience}/usersreplace")]
    Task<HttpResponseMessage> ReplaceAsync([Path] string version, [Path] string audience, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>How a session fares: <c>{"data":[{"session_id","num_received","stage"}]}</c>.</summary>
    [Get("{version}/{audience}/sessions")]
    Task<HttpResponseMessage> SessionsAsync([Path] string version, [Path] string audience, [Query("session_id")] string session, CancellationToken cancellationToken);

    /// <summary>The same, for people to take out.</summary>
    [Delete("{version}/{audience}/users")]
    Task<HttpResponseMessage> RemoveAsync([Path] string version, [Path] string audience, [Body] HttpContent body, CancellationToken cancellationToken);
}
