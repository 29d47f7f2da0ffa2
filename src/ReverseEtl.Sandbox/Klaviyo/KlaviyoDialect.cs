using System.Globalization;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Klaviyo;

/// <summary>What is wrong, and where in the request.</summary>
internal sealed record Problem(string Detail, string Pointer, string Code = "invalid", string Title = "Invalid input.", int Status = 400);

/// <summary>Klaviyo's errors: JSON:API, with pointers.</summary>
internal sealed class KlaviyoDialect : IVendorDialect
{
    public const string MediaType = "application/vnd.api+json";

    public VendorAnswer Throttled(int? retryAfter, string? message = null)
    {
        var answer = Error(429, "throttled", "Request was throttled.", message ?? $"Expected available in {retryAfter ?? 1} seconds.");
        return retryAfter is { } seconds ? answer.With("Retry-After", seconds.ToString(CultureInfo.InvariantCulture)) : answer;
    }

    public VendorAnswer Broken(string? message = null) => Error(500, "error", "A server error occurred.", message ?? "A server error occurred.");

    public VendorAnswer Unauthorized(string? message = null) =>
        Error(401, "not_authenticated", "Authentication credentials were not provided.", message ?? "Missing or invalid private key.");

    public VendorAnswer Forbidden(string? message = null) =>
        Error(403, "permission_denied", "You do not have permission to perform this action.", message ?? "The API key lacks a required scope.");

    public VendorAnswer Missing(string? message = null) => Error(404, "not_found", "Not found.", message ?? "The requested resource was not found.");

    public VendorAnswer Invalid(string message) => Error(400, "invalid", "Invalid input.", message, "/data");

    public static VendorAnswer Error(Problem problem) => Error(problem.Status, problem.Code, problem.Title, problem.Detail, problem.Pointer);

    public static VendorAnswer Error(int status, string code, string title, string detail, string? pointer = null, string? parameter = null)
    {
        var source = new Dictionary<string, string>();
        if (pointer is not null)
            source["pointer"] = pointer;
        if (parameter is not null)
            source["parameter"] = parameter;
        return Json(status, new { errors = new[] { new { id = Guid.NewGuid(), status, code, title, detail, source, links = new { }, meta = new { } } } });
    }

    public static VendorAnswer Json(int status, object value) => VendorAnswer.Json(status, value, MediaType);
}
