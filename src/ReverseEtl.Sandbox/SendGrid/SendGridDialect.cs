using System.Globalization;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.SendGrid;

/// <summary>SendGrid's errors. Where a script says how long to wait, headers do.</summary>
internal sealed class SendGridDialect : IVendorDialect
{
    public const string Remaining = "X-RateLimit-Remaining";

    public VendorAnswer Throttled(int? retryAfter, string? message = null)
    {
        var answer = Error(429, message ?? "too many requests").With(Remaining, "0");
        return retryAfter is { } seconds
            ? answer.With("Retry-After", $"{seconds}").With("X-RateLimit-Reset", DateTimeOffset.UtcNow.AddSeconds(seconds).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture))
            : answer;
    }

    public VendorAnswer Broken(string? message = null) => Error(500, message ?? "internal server error");

    public VendorAnswer Unauthorized(string? message = null) => Error(401, message ?? "authorization required");

    public VendorAnswer Forbidden(string? message = null) => Error(403, message ?? "access forbidden");

    public VendorAnswer Missing(string? message = null) => Error(404, message ?? "not found");

    public VendorAnswer Invalid(string message) => Error(400, message);

    public static VendorAnswer Error(int status, string message, string field = "") =>
        VendorAnswer.Json(status, new { errors = new[] { new { message, field, error_id = Guid.NewGuid() } } });
}
