using RestEase;

namespace ReverseEtl.Connectors.TwilioSms;

/// <summary>Twilio's API of 2010-04-01. Errors are <c>{"code":21610,"message","more_info","status":400}</c>.</summary>
[AllowAnyStatusCode]
public interface ITwilioApi
{
    /// <summary>The account: <c>{"sid","friendly_name","status":"active"}</c>.</summary>
    [Get("2010-04-01/Accounts/{account}.json")]
    Task<HttpResponseMessage> AccountAsync([Path] string account, CancellationToken cancellationToken);

    /// <summary>A form with To, Body, and From or MessagingServiceSid; answers <c>{"sid","status":"queued","num_segments"}</c>. There is no id that a repeat is known by.</summary>
    [Post("2010-04-01/Accounts/{account}/Messages.json")]
    Task<HttpResponseMessage> SendAsync([Path] string account, [Body] HttpContent body, CancellationToken cancellationToken);
}
