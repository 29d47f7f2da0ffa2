using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>HubSpot's errors.</summary>
internal sealed class HubSpotDialect : IVendorDialect
{
    public VendorAnswer Throttled(int? retryAfter, string? message = null)
    {
        var answer = VendorAnswer.Json(429, new
        {
            status = "error",
            message = message ?? "You have reached your ten_secondly_rolling limit.",
            errorType = "RATE_LIMIT",
            correlationId = Guid.NewGuid(),
            policyName = "TEN_SECONDLY_ROLLING",
            groupName = "publicapi:private-apps:api-call-per-ten-seconds",
        }).With("X-HubSpot-RateLimit-Remaining", "0");
        return retryAfter is { } seconds ? answer.With("Retry-After", $"{seconds}") : answer;
    }

    public VendorAnswer Broken(string? message = null) => Error(500, "INTERNAL_ERROR", message ?? "internal error");

    public VendorAnswer Unauthorized(string? message = null) => Error(401, "INVALID_AUTHENTICATION",
        message ?? "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview");

    public VendorAnswer Forbidden(string? message = null) => Error(403, "MISSING_SCOPES",
        message ?? "This app hasn't been granted all required scopes to make this call.");

    public VendorAnswer Missing(string? message = null) => Error(404, "OBJECT_NOT_FOUND", message ?? "resource not found");

    public VendorAnswer Invalid(string message) => Error(400, "VALIDATION_ERROR", message);

    public static VendorAnswer Error(int status, string category, string message, string? subCategory = null) =>
        subCategory is null
            ? VendorAnswer.Json(status, new { status = "error", message, correlationId = Guid.NewGuid(), category })
            : VendorAnswer.Json(status, new { status = "error", message, correlationId = Guid.NewGuid(), category, subCategory });
}
