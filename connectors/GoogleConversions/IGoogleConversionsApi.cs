using ReverseEtl.Connectors.Google;
using RestEase;

namespace ReverseEtl.Connectors.GoogleConversions;

/// <summary>Google's Data Manager API as far as conversions need it.</summary>
[AllowAnyStatusCode]
public interface IGoogleConversionsApi : IGoogleDataManager
{
    /// <summary>Body <c>{"destinations","events","consent","encoding"}</c>, 2,000 events at the most; answers <c>{"requestId"}</c>.</summary>
    [Post("v1/events:ingest")]
    Task<HttpResponseMessage> EventsAsync([Body] HttpContent body, CancellationToken cancellationToken);
}
