using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Iterable;

/// <summary>Iterable's errors: a message, a code, and what it is about. No header says how long to wait.</summary>
internal sealed class IterableDialect : IVendorDialect
{
    public VendorAnswer Throttled(int? retryAfter, string? message = null) => Error(429, "RateLimitExceeded", message ?? "API rate limit exceeded");

    public VendorAnswer Broken(string? message = null) => Error(500, "GenericError", message ?? "An error occurred");

    public VendorAnswer Unauthorized(string? message = null) => Error(401, "BadApiKey", message ?? "Invalid API key");

    public VendorAnswer Forbidden(string? message = null) => Error(403, "Forbidden", message ?? "The API key may not do this");

    public VendorAnswer Missing(string? message = null) => Error(404, "NotFound", message ?? "Not found");

    public VendorAnswer Invalid(string message) => Error(400, "BadParams", message);

    public static VendorAnswer Error(int status, string code, string msg, object? @params = null) => VendorAnswer.Json(status, new { msg, code, @params });

    public static VendorAnswer Success(string msg = "", object? @params = null) => Error(200, "Success", msg, @params);

    public static VendorAnswer Wrong(string field, string why) =>
        Error(400, "BadJsonBody", $"[/api] Invalid JSON body", new Dictionary<string, string[]> { [$"obj.{field}"] = [why] });
}
