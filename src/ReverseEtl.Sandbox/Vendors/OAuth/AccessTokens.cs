using System.Globalization;

namespace ReverseEtl.Sandbox.Vendors.OAuth;

/// <summary>Access tokens that say for which account they are and until when, so that they are good after a restart too.</summary>
internal static class AccessTokens
{
    public static string Issue(VendorCall call, string prefix, TimeSpan lifetime) =>
        $"{prefix}sandbox.{(call.Now + lifetime).ToUnixTimeSeconds()}.{Uri.EscapeDataString(call.Account.Name)}";

    /// <summary>Whether this account issued the token, and not too long ago.</summary>
    public static bool IsGood(VendorCall call, string prefix)
    {
        var parts = (call.Bearer ?? "").Split('.', 3 + prefix.Count(letter => letter == '.'));
        return parts.Length > 2
            && string.Join('.', parts[..^2]) == prefix + "sandbox"
            && parts[^1] == Uri.EscapeDataString(call.Account.Name)
            && long.TryParse(parts[^2], NumberStyles.None, CultureInfo.InvariantCulture, out var until)
            && call.Now.ToUnixTimeSeconds() < until;
    }
}
