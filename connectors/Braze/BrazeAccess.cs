using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Braze;

/// <summary>
/// Whether Braze lets this key in. Keys have a permission for each endpoint, so that is found out where the sync will write: a request
/// with nothing in it is refused for that, and for nothing else.
/// </summary>
internal static class BrazeAccess
{
    public static async ValueTask LookAsync(
        VendorApi<IBrazeApi> api, Func<IBrazeApi, HttpContent, CancellationToken, Task<HttpResponseMessage>> call, CancellationToken cancellationToken)
    {
        using var nothing = ColumnarContent.Json(new { });
        var answer = await api.TryAskAsync((braze, token) => call(braze, nothing, token), cancellationToken);
        if ((int)answer.Status != 400)
            api.Taken(answer);
    }
}
