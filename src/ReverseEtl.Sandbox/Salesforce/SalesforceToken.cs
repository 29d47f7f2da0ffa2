using System.Globalization;
using ReverseEtl.Sandbox.Vendors;
using ReverseEtl.Sandbox.Vendors.OAuth;

namespace ReverseEtl.Sandbox.Salesforce;

/// <summary>The login: client credentials, a signed assertion, or a refresh token. A secret that begins with <c>bad</c> is not good.</summary>
internal static class SalesforceToken
{
    public const string Prefix = "00D!";

    private static readonly TimeSpan Session = TimeSpan.FromHours(2);

    public static VendorAnswer Issue(VendorCall call)
    {
        if (TokenForm.Read(call) is not { } form)
            return OAuthDialect.Error(400, "unsupported_grant_type", "grant type not supported");
        return form["grant_type"] switch
        {
            "client_credentials" => Wrong(form, "client_secret") ?? Token(call),
            "refresh_token" => Wrong(form, "refresh_token") ?? Token(call),
            TokenForm.JwtBearer => Assertion.Wrong(
                form["assertion"], call.Now, ["https://login.salesforce.com", "https://test.salesforce.com", call.BaseUrl], "iss", "sub") is { } wrong
                ? OAuthDialect.Error(400, "invalid_grant", wrong)
                : Token(call),
            _ => OAuthDialect.Error(400, "unsupported_grant_type", "grant type not supported"),
        };
    }

    private static VendorAnswer? Wrong(TokenForm form, string secret)
    {
        if (form["client_id"].Length == 0)
            return OAuthDialect.Error(400, "invalid_client_id", "client identifier invalid");
        return form[secret].Length == 0 || form[secret].StartsWith("bad", StringComparison.Ordinal)
            ? OAuthDialect.Error(400, secret == "client_secret" ? "invalid_client" : "invalid_grant", "invalid client credentials")
            : null;
    }

    private static VendorAnswer Token(VendorCall call) => VendorAnswer.Json(200, new
    {
        access_token = AccessTokens.Issue(call, Prefix, Session),
        scope = "api",
        instance_url = call.BaseUrl,
        id = $"{call.BaseUrl}/id/00D000000000001AAA/005000000000001AAA",
        token_type = "Bearer",
        issued_at = call.Now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
    });
}
