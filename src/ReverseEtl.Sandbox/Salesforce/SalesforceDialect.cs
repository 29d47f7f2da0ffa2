using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Salesforce;

/// <summary>Salesforce's errors: an array of codes and messages.</summary>
internal sealed class SalesforceDialect : IVendorDialect
{
    public const string LimitHeader = "Sforce-Limit-Info";

    public VendorAnswer Throttled(int? retryAfter, string? message = null) =>
        Error(403, "REQUEST_LIMIT_EXCEEDED", message ?? "TotalRequests Limit exceeded.").With(LimitHeader, "api-usage=100000/100000");

    public VendorAnswer Broken(string? message = null) => Error(500, "UNKNOWN_EXCEPTION", message ?? "An unexpected error occurred.");

    public VendorAnswer Unauthorized(string? message = null) => Error(401, "INVALID_SESSION_ID", message ?? "Session expired or invalid");

    public VendorAnswer Forbidden(string? message = null) => Error(403, "API_DISABLED_FOR_ORG", message ?? "The REST API is not enabled for this Organization.");

    public VendorAnswer Missing(string? message = null) => Error(404, "NOT_FOUND", message ?? "The requested resource does not exist");

    public VendorAnswer Invalid(string message) => Error(400, "INVALID_INPUT", message);

    public static VendorAnswer Error(int status, string errorCode, string message) => VendorAnswer.Json(status, new[] { new { message, errorCode } });
}
