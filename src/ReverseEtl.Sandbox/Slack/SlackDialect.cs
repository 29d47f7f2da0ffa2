using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Slack;

/// <summary>Slack's errors: 200 with <c>ok: false</c> for nearly everything.</summary>
internal sealed class SlackDialect : IVendorDialect
{
    public VendorAnswer Throttled(int? retryAfter, string? message = null) =>
        Error("ratelimited", message, 429).With("Retry-After", $"{retryAfter ?? 1}");

    public VendorAnswer Broken(string? message = null) => Error("internal_error", message, 500);

    public VendorAnswer Unauthorized(string? message = null) => Error("invalid_auth", message);

    public VendorAnswer Forbidden(string? message = null) => Error("missing_scope", message);

    public VendorAnswer Missing(string? message = null) => Error("channel_not_found", message);

    public VendorAnswer Invalid(string message) => Error("invalid_arguments", message);

    public static VendorAnswer Error(string error, string? message = null, int status = 200) => message is null
        ? VendorAnswer.Json(status, new { ok = false, error })
        : VendorAnswer.Json(status, new { ok = false, error, response_metadata = new { messages = new[] { message } } });
}
