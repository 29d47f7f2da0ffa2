using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Braze;

/// <summary>Braze's errors: a message, and nothing else.</summary>
internal sealed class BrazeDialect : IVendorDialect
{
    public VendorAnswer Throttled(int? retryAfter, string? message = null) => Error(429, message ?? "Rate limit exceeded").Exhausted(retryAfter);

    public VendorAnswer Broken(string? message = null) => Error(500, message ?? "Internal server error");

    public VendorAnswer Unauthorized(string? message = null) => Error(401, message ?? "Invalid API key");

    public VendorAnswer Forbidden(string? message = null) => Error(403, message ?? "Access denied: this API key has no permission for the endpoint");

    public VendorAnswer Missing(string? message = null) => Error(404, message ?? "Unknown REST API endpoint");

    public VendorAnswer Invalid(string message) => Error(400, message);

    public static VendorAnswer Error(int status, string message) => VendorAnswer.Json(status, new { message });
}
