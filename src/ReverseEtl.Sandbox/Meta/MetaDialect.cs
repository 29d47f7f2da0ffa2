using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Meta;

/// <summary>The Graph API's errors: HTTP 400 for nearly everything, and a code that tells.</summary>
internal sealed class MetaDialect : IVendorDialect
{
    public const int InvalidParameter = 100;
    public const int Deleted = 1487366;

    /// <summary>The usage of a quota, in percent.</summary>
    public const string UsageHeader = "X-Business-Use-Case-Usage";

    public VendorAnswer Throttled(int? retryAfter, string? message = null) =>
        Error(17, message ?? "User request limit reached", 2446079, isTransient: true)
            .With(UsageHeader, Usage(percent: 100, minutes: ((retryAfter ?? 60) + 59) / 60));

    public VendorAnswer Broken(string? message = null) =>
        Error(2, message ?? "An unexpected error has occurred. Please retry your request later.", status: 500, isTransient: true);

    public VendorAnswer Unauthorized(string? message = null) =>
        Error(190, message ?? "Invalid OAuth access token - Cannot parse access token", type: "OAuthException");

    public VendorAnswer Forbidden(string? message = null) =>
        Error(2655, message ?? "Terms of service has not been accepted", 1870090, type: "OAuthException");

    public VendorAnswer Missing(string? message = null) => Error(InvalidParameter, message ?? "Custom audience has been deleted", Deleted);

    public VendorAnswer Invalid(string message) => Error(InvalidParameter, message);

    /// <summary>An object that is not there, or not to be seen, or not to be asked for this.</summary>
    public static VendorAnswer NoSuchObject(string id) => Error(
        InvalidParameter,
        $"Unsupported request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation",
        33, type: "GraphMethodException");

    public static VendorAnswer Error(
        int code, string message, int? subcode = null, int status = 400, string type = "FacebookApiException", bool isTransient = false)
    {
        var error = new Dictionary<string, object?> { ["message"] = message, ["type"] = type, ["code"] = code };
        if (subcode is not null)
            error["error_subcode"] = subcode;
        error["is_transient"] = isTransient;
        error["fbtrace_id"] = Guid.NewGuid().ToString("N")[..11];
        return VendorAnswer.Json(status, new { error });
    }

    public static string Usage(int percent, int minutes) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["1"] = new[]
        {
            new
            {
                type = "custom_audience",
                call_count = percent,
                total_cputime = percent,
                total_time = percent,
                estimated_time_to_regain_access = minutes,
            },
        },
    });

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
