using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Intercom;

/// <summary>Intercom's errors: a list of codes and messages.</summary>
internal sealed class IntercomDialect : IVendorDialect
{
    public VendorAnswer Throttled(int? retryAfter, string? message = null) =>
        Error(429, "rate_limit_exceeded", message ?? "Exceeded rate limit of 1666 in 10_seconds").Exhausted(retryAfter);

    public VendorAnswer Broken(string? message = null) => Error(500, "server_error", message ?? "Server Error");

    public VendorAnswer Unauthorized(string? message = null) => Error(401, "unauthorized", message ?? "Access Token Invalid");

    public VendorAnswer Forbidden(string? message = null) => Error(403, "api_plan_restricted", message ?? "Active subscription needed.");

    public VendorAnswer Missing(string? message = null) => Error(404, "not_found", message ?? "Resource Not Found");

    public VendorAnswer Invalid(string message) => Error(400, "parameter_invalid", message);

    public static VendorAnswer Error(int status, string code, string message) => VendorAnswer.Json(status, new
    {
        type = "error.list",
        request_id = Guid.NewGuid(),
        errors = new[] { new { code, message } },
    });

    /// <summary>What is wrong with a value.</summary>
    public static VendorAnswer Bad(string message) => Error(400, "parameter_invalid", message);

    public static VendorAnswer NoContact() => Error(404, "not_found", "User Not Found");

    public static VendorAnswer NoCompany() => Error(404, "company_not_found", "Company Not Found");

    public static VendorAnswer NoTag() => Error(404, "not_found", "Resource Not Found");
}
