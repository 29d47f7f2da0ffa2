using RestEase;

namespace ReverseEtl.Connectors.HttpApi;

/// <summary>Any API, by paths that a sync describes; they are escaped already.</summary>
[AllowAnyStatusCode]
public interface IHttpApi
{
    /// <summary>Something to look at before a run.</summary>
    [Get("{path}")]
    Task<HttpResponseMessage> GetAsync([Path(UrlEncode = false)] string path, [RawQueryString] string query, CancellationToken cancellationToken);

    /// <summary>Rows, as the sync describes the body; so are the others.</summary>
    [Post("{path}")]
    Task<HttpResponseMessage> PostAsync([Path(UrlEncode = false)] string path, [RawQueryString] string query, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <inheritdoc cref="PostAsync"/>
    [Put("{path}")]
    Task<HttpResponseMessage> PutAsync([Path(UrlEncode = false)] string path, [RawQueryString] string query, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <inheritdoc cref="PostAsync"/>
    [Patch("{path}")]
    Task<HttpResponseMessage> PatchAsync([Path(UrlEncode = false)] string path, [RawQueryString] string query, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <inheritdoc cref="PostAsync"/>
    [Delete("{path}")]
    Task<HttpResponseMessage> DeleteAsync([Path(UrlEncode = false)] string path, [RawQueryString] string query, [Body] HttpContent body, CancellationToken cancellationToken);
}
