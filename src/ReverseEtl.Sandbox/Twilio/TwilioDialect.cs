using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Twilio;

/// <summary>Twilio's errors: a number for each.</summary>
internal sealed class TwilioDialect : IVendorDialect
{
    public VendorAnswer Throttled(int? retryAfter, string? message = null)
    {
        var answer = Error(429, 20429, message ?? "Too Many Requests");
        return retryAfter is { } seconds ? answer.With("Retry-After", $"{seconds}") : answer;
    }

    public VendorAnswer Broken(string? message = null) => Error(500, 20500, message ?? "An internal server error has occurred");

    public VendorAnswer Unauthorized(string? message = null) => Error(401, 20003, message ?? "Authenticate");

    public VendorAnswer Forbidden(string? message = null) => Error(403, 20005, message ?? "Account not active");

    public VendorAnswer Missing(string? message = null) => Error(404, 20404, message ?? "The requested resource was not found");

    public VendorAnswer Invalid(string message) => Error(400, 20001, message);

    public static VendorAnswer Error(int status, int code, string message) =>
        VendorAnswer.Json(status, new { code, message, more_info = $"https://www.twilio.com/docs/errors/{code}", status });
}
