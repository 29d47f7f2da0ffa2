using System.Net;

namespace ReverseEtl.Http.Auth;

/// <summary>Signs every request; once more where the vendor no longer takes what it gave out.</summary>
internal sealed class AuthHandler(IRequestAuth auth, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    // For tokens; the pool belongs to the process.
    private readonly HttpMessageInvoker _client = new(inner, disposeHandler: false);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await auth.SignAsync(request, _client, cancellationToken);
        var response = await base.SendAsync(request, cancellationToken);
        // A refused request was not carried out, so it may be repeated whatever it asks for.
        if (response.StatusCode is not HttpStatusCode.Unauthorized || !auth.Renew(request))
            return response;
        response.Dispose();
        await auth.SignAsync(request, _client, cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }
}
