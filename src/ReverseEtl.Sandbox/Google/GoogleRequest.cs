using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Google;

/// <summary>What requests of all kinds have in common.</summary>
internal static class GoogleRequest
{
    /// <summary>The reason for what was left out for want of consent.</summary>
    public const string Denied = "PROCESSING_ERROR_REASON_DENIED_CONSENT";

    /// <summary>The answer to a body that its message cannot be read from; null where it can.</summary>
    public static VendorAnswer? Malformed(VendorCall call, ProtoMessage shape)
    {
        if (call.Json is not { } body)
            return GoogleDialect.Error(400, "INVALID_ARGUMENT", "Invalid JSON payload received. Unexpected token.");
        var violations = new List<Violation>();
        shape.Check(body, "", violations);
        return violations.Count > 0 ? GoogleDialect.Wrong(violations) : null;
    }

    public static bool IsValidateOnly(VendorCall call) => call.Json!.Value.Field("validate_only") is { ValueKind: JsonValueKind.True };

    public static bool IsDenied(JsonElement? consent) => consent is { } given
        && (given.TextOf("ad_user_data") == "CONSENT_DENIED" || given.TextOf("ad_personalization") == "CONSENT_DENIED");

    /// <summary>Whether a row that the script refuses is refused when it is worked off; those with another code are at once.</summary>
    public static bool IsLater(VendorCall call) => call.RefusalCode.StartsWith("PROCESSING_ERROR_", StringComparison.Ordinal);
}
