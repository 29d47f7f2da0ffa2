using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Google;

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Field">Where.</param>
/// <param name="Reason">An ErrorReason of the API; empty where the JSON itself is wrong.</param>
/// <param name="Description">What.</param>
internal sealed record Violation(string Field, string Reason, string Description);

/// <summary>Google's errors: google.rpc.Status as JSON.</summary>
internal sealed class GoogleDialect : IVendorDialect
{
    private const string Domain = "datamanager.googleapis.com";

    public VendorAnswer Throttled(int? retryAfter, string? message = null)
    {
        var answer = Error(429, "RESOURCE_EXHAUSTED", message ?? "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute' of service 'datamanager.googleapis.com'.", "RATE_LIMIT_EXCEEDED");
        return retryAfter is { } seconds ? answer.With("Retry-After", $"{seconds}") : answer;
    }

    public VendorAnswer Broken(string? message = null) => Error(503, "UNAVAILABLE", message ?? "The service is currently unavailable.");

    public VendorAnswer Unauthorized(string? message = null) => Error(401, "UNAUTHENTICATED",
        message ?? "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.",
        "ACCESS_TOKEN_EXPIRED").With("WWW-Authenticate", "Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"");

    public VendorAnswer Forbidden(string? message = null) => Error(403, "PERMISSION_DENIED", message ?? "The caller does not have permission", "PERMISSION_DENIED");

    public VendorAnswer Missing(string? message = null) => Error(404, "NOT_FOUND", message ?? "Requested entity was not found.", "NOT_FOUND");

    public VendorAnswer Invalid(string message) => Error(400, "INVALID_ARGUMENT", message, "INVALID_ARGUMENT");

    /// <summary>A request that is wrong in places.</summary>
    public static VendorAnswer Wrong(IReadOnlyList<Violation> violations)
    {
        var isJson = violations[0].Reason.Length == 0;
        var badRequest = new Dictionary<string, object>
        {
            ["@type"] = "type.googleapis.com/google.rpc.BadRequest",
            ["fieldViolations"] = violations.Select(wrong => isJson
                ? (object)new { field = wrong.Field, description = wrong.Description }
                : new { field = wrong.Field, description = wrong.Description, reason = wrong.Reason }),
        };
        return isJson
            ? Status(400, "INVALID_ARGUMENT", string.Join('\n', violations.Select(wrong => wrong.Description)), [badRequest])
            : Status(400, "INVALID_ARGUMENT", "There was a problem with the request.", [Info("INVALID_ARGUMENT"), badRequest]);
    }

    public static VendorAnswer Error(int code, string status, string message, string? reason = null) =>
        Status(code, status, message, reason is null ? [] : [Info(reason)]);

    private static VendorAnswer Status(int code, string status, string message, IReadOnlyList<object> details) =>
        VendorAnswer.Json(code, new { error = new { code, message, status, details } });

    private static Dictionary<string, object> Info(string reason) => new()
    {
        ["@type"] = "type.googleapis.com/google.rpc.ErrorInfo",
        ["reason"] = reason,
        ["domain"] = Domain,
        ["metadata"] = new { requestId = Guid.NewGuid() },
    };
}
