using ReverseEtl.Sandbox.Vendors;
using ReverseEtl.Sandbox.Vendors.OAuth;

namespace ReverseEtl.Sandbox.Google;

/// <summary>Google's token endpoint: a service account's assertion or a refresh token. One that begins with <c>bad</c> is not good.</summary>
internal static class GoogleToken
{
    public const string Prefix = "ya29.";
    private const string Scope = "https://www.googleapis.com/auth/datamanager";
    private const string Endpoint = "https://oauth2.googleapis.com/token";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public static VendorAnswer Issue(VendorCall call)
    {
        if (TokenForm.Read(call) is not { } form)
            return OAuthDialect.Error(400, "invalid_request", "Bad Request");
        return form["grant_type"] switch
        {
            TokenForm.JwtBearer => Assertion.Wrong(form["assertion"], call.Now, [Endpoint, $"{call.BaseUrl}/token"], "iss", "scope") is { } wrong
                ? OAuthDialect.Error(400, "invalid_grant", wrong)
                : Token(call),
            "refresh_token" => Refresh(call, form),
            _ => OAuthDialect.Error(400, "unsupported_grant_type", $"Invalid grant_type: {form["grant_type"]}"),
        };
    }

    private static VendorAnswer Refresh(VendorCall call, TokenForm form)
    {
        if (form["client_id"].Length == 0 || form["client_secret"].Length == 0 || form["client_secret"].StartsWith("bad", StringComparison.Ordinal))
            return OAuthDialect.Error(401, "invalid_client", "The OAuth client was not found.");
        return form["refresh_token"].Length == 0 || form["refresh_token"].StartsWith("bad", StringComparison.Ordinal)
            ? OAuthDialect.Error(400, "invalid_grant", "Token has been expired or revoked.")
            : Token(call);
    }

    private static VendorAnswer Token(VendorCall call) => VendorAnswer.Json(200, new
    {
        access_token = AccessTokens.Issue(call, Prefix, Lifetime),
        expires_in = (int)Lifetime.TotalSeconds - 1,
        scope = Scope,
        token_type = "Bearer",
    });
}
