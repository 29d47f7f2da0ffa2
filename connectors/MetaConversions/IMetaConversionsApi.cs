using RestEase;

namespace ReverseEtl.Connectors.MetaConversions;

/// <summary>Meta's Conversions API. Answers are JSON; errors have <c>{"error":{"code","error_subcode","message","error_user_msg"}}</c>.</summary>
[AllowAnyStatusCode]
public interface IMetaConversionsApi
{
    /// <summary>
    /// Body <c>{"data":[{"event_name","event_time","event_id","action_source","user_data","custom_data"}],"test_event_code"}</c>, 1,000 events at
    /// the most; answers <c>{"events_received","messages","fbtrace_id"}</c>. One event that is no good refuses the whole request.
    /// </summary>
    [Post("{version}/{dataset}/events")]
    Task<HttpResponseMessage> SendAsync([Path] string version, [Path] string dataset, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>A dataset: <c>{"id"}</c>.</summary>
    [Get("{version}/{dataset}?fields=id")]
    Task<HttpResponseMessage> GetAsync([Path] string version, [Path] string dataset, CancellationToken cancellationToken);
}
