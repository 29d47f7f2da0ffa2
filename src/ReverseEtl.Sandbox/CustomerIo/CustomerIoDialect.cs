using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.CustomerIo;

/// <summary>Customer.io's errors: no header says how long to wait.</summary>
internal sealed class CustomerIoDialect : IVendorDialect
{
    public VendorAnswer Throttled(int? retryAfter, string? message = null) => Error(429, message ?? "too many requests");

    public VendorAnswer Broken(string? message = null) => Error(500, message ?? "internal server error");

    public VendorAnswer Unauthorized(string? message = null) => Error(401, message ?? "unauthorized");

    public VendorAnswer Forbidden(string? message = null) => Error(403, message ?? "forbidden");

    public VendorAnswer Missing(string? message = null) => Error(404, message ?? "not found");

    public VendorAnswer Invalid(string message) => VendorAnswer.Json(400, new { errors = new[] { new { reason = "invalid", field = "", message } } });

    public static VendorAnswer Error(int status, string error) => VendorAnswer.Json(status, new { meta = new { error } });
}
