using RestEase;

namespace ReverseEtl.Connectors.Slack;

/// <summary>Slack's Web API. Answers are JSON with status 200, also <c>{"ok":false,"error":"channel_not_found"}</c>.</summary>
[AllowAnyStatusCode]
public interface ISlackApi
{
    /// <summary>Whose token it is: <c>{"ok":true,"team","user"}</c>.</summary>
    [Post("api/auth.test")]
    Task<HttpResponseMessage> WhoAmIAsync(CancellationToken cancellationToken);

    /// <summary>Body <c>{"channel","text"}</c>; answers <c>{"ok":true,"channel","ts"}</c>. A text is cut after 40,000 characters.</summary>
    [Post("api/chat.postMessage")]
    Task<HttpResponseMessage> PostAsync([Body] HttpContent body, CancellationToken cancellationToken);
}
