using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.ActiveCampaign;

/// <summary>ActiveCampaign's errors: a message alone, or a list of what is wrong.</summary>
internal sealed class ActiveCampaignDialect : IVendorDialect
{
    public VendorAnswer Throttled(int? retryAfter, string? message = null) =>
        VendorAnswer.Json(429, new { message = message ?? "Too many requests" }).With("Retry-After", $"{retryAfter ?? 1}");

    public VendorAnswer Broken(string? message = null) => VendorAnswer.Json(500, new { message = message ?? "Internal server error" });

    public VendorAnswer Unauthorized(string? message = null) =>
        VendorAnswer.Json(403, new { message = message ?? "You are not authorized to access this file" });

    public VendorAnswer Forbidden(string? message = null) =>
        VendorAnswer.Json(403, new { message = message ?? "You do not have permission to perform this action" });

    public VendorAnswer Missing(string? message = null) => VendorAnswer.Json(404, new { message = message ?? "No Result found" });

    public VendorAnswer Invalid(string message) => Error(message, "invalid", "");

    public static VendorAnswer NotFound(string kind, string id) => VendorAnswer.Json(404, new { message = $"No Result found for {kind} with id {id}" });

    /// <summary>One thing that is wrong with a request.</summary>
    /// <param name="title">What.</param>
    /// <param name="code">Its code.</param>
    /// <param name="attribute">Of which attribute; empty for none.</param>
    public static VendorAnswer Error(string title, string code, string attribute) => VendorAnswer.Json(422, new
    {
        errors = new[] { new { title, detail = "", code, source = new { pointer = attribute.Length == 0 ? "/data" : $"/data/attributes/{attribute}" } } },
    });
}
