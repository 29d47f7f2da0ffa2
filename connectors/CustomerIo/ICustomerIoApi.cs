using RestEase;

namespace ReverseEtl.Connectors.CustomerIo;

/// <summary>Customer.io's Track API. Errors are <c>{"errors":[{"reason","field","message"}]}</c> or <c>{"meta":{"error"}}</c>.</summary>
[AllowAnyStatusCode]
public interface ICustomerIoApi
{
    /// <summary>Where the workspace is: <c>{"data_center":"us","environment_id"}</c>; shows that the credentials are good.</summary>
    [Get("api/v1/accounts/region")]
    Task<HttpResponseMessage> RegionAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Body <c>{"batch":[{"type":"person","identifiers","action","attributes"}]}</c>, below 500 KB, and each item below 32 KB. 207 names the
    /// items that were refused, <c>{"errors":[{"batch_index","reason","field","message"}]}</c>; the others were taken.
    /// </summary>
    [Post("api/v2/batch")]
    Task<HttpResponseMessage> BatchAsync([Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>Body <c>{"ids":[...]}</c>, 1,000 at the most; <paramref name="action"/> is add or remove. Ids of nobody are passed over in silence.</summary>
    [Post("api/v1/segments/{segment}/{action}_customers")]
    Task<HttpResponseMessage> ChangeMembersAsync([Path] int segment, [Path] string action, [Query("id_type")] string idType, [Body] HttpContent body, CancellationToken cancellationToken);
}
