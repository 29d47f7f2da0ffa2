namespace ReverseEtl.Sandbox.Vendors.OAuth;

/// <summary>How a token endpoint says that something is wrong (RFC 6749, section 5.2).</summary>
internal sealed class OAuthDialect : IVendorDialect
{
    public VendorAnswer Throttled(int? retryAfter, string? message = null) => Error(429, "rate_limit_exceeded", message ?? "Too many requests");

    public VendorAnswer Broken(string? message = null) => Error(500, "server_error", message ?? "Internal error");

    public VendorAnswer Unauthorized(string? message = null) => Error(400, "invalid_grant", message ?? "Token has been expired or revoked.");

    public VendorAnswer Forbidden(string? message = null) => Error(403, "access_denied", message ?? "Account restricted");

    public VendorAnswer Missing(string? message = null) => Error(401, "invalid_client", message ?? "The OAuth client was not found.");

    public VendorAnswer Invalid(string message) => Error(400, "invalid_request", message);

    public static VendorAnswer Error(int status, string error, string description) =>
        VendorAnswer.Json(status, new { error, error_description = description });
}
