using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Mailchimp;

/// <summary>Mailchimp's errors: problem documents. No header says how long to wait.</summary>
internal sealed class MailchimpDialect : IVendorDialect
{
    public VendorAnswer Throttled(int? retryAfter, string? message = null) =>
        Problem(429, "Too Many Requests", message ?? "You have exceeded the limit of 10 simultaneous connections.");

    public VendorAnswer Broken(string? message = null) =>
        Problem(500, "Internal Server Error", message ?? "An unexpected internal error has occurred. Please contact Support for more information.");

    public VendorAnswer Unauthorized(string? message = null) =>
        Problem(401, "API Key Invalid", message ?? "Your API key may be invalid, or you've attempted to access the wrong datacenter.");

    public VendorAnswer Forbidden(string? message = null) =>
        Problem(403, "Forbidden", message ?? "You don't have permission to access the requested resource.");

    public VendorAnswer Missing(string? message = null) =>
        Problem(404, "Resource Not Found", message ?? "The requested resource could not be found.");

    public VendorAnswer Invalid(string message) => Refused(message);

    /// <summary>A resource that is no good, with its fields that are not.</summary>
    public static VendorAnswer Refused(string detail, params IEnumerable<(string Field, string Message)> fields) =>
        Problem(400, "Invalid Resource", detail, [.. fields.Select(field => new { field = field.Field, message = field.Message })]);

    public static VendorAnswer Unreadable() =>
        Problem(400, "JSON Parse Error", "We encountered an unspecified JSON parsing error.");

    public static VendorAnswer Problem(int status, string title, string detail, params IReadOnlyList<object> errors)
    {
        var problem = new Dictionary<string, object>
        {
            ["type"] = "https://mailchimp.com/developer/marketing/docs/errors/",
            ["title"] = title,
            ["status"] = status,
            ["detail"] = detail,
            ["instance"] = Guid.NewGuid(),
        };
        if (errors.Count > 0)
            problem["errors"] = errors;
        return VendorAnswer.Json(status, problem, "application/problem+json; charset=utf-8");
    }
}
