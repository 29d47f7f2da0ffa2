using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace ReverseEtl.Sandbox.Vendors.OAuth;

/// <summary>A signed assertion (RFC 7523). Its signature is not checked, as nobody gave the sandbox a key; all else is.</summary>
internal static class Assertion
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>What is wrong with an assertion; null where it is good.</summary>
    /// <param name="token">The assertion.</param>
    /// <param name="now">The time.</param>
    /// <param name="audiences">Whom it may be for.</param>
    /// <param name="claims">Claims that it must have besides, each some text.</param>
    public static string? Wrong(string token, DateTimeOffset now, IReadOnlyCollection<string> audiences, params ReadOnlySpan<string> claims)
    {
        var parts = token.Split('.');
        if (parts.Length != 3 || parts[2].Length == 0 || Decode(parts[0]) is not { } header || Decode(parts[1]) is not { } body)
            return "Invalid JWT: three parts in base64url are expected";
        if (header.GetText("alg") is not "RS256")
            return "Invalid JWT Signature: alg must be RS256";
        foreach (var claim in claims)
        {
            if (string.IsNullOrEmpty(body.GetText(claim)))
                return $"Invalid JWT: {claim} is missing";
        }

        if (body.GetText("aud") is not { } audience || !audiences.Contains(audience))
            return "Invalid JWT: aud is not this server";
        return Seconds(body, "exp") is not { } until || until < now - Skew || until > now + TimeSpan.FromHours(1) + Skew
            || (Seconds(body, "iat") is { } from && from > now + Skew)
            ? "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim."
            : null;
    }

    private static DateTimeOffset? Seconds(JsonElement body, string claim) =>
        body.Get(claim) is { } value && long.TryParse(value.AsText(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private static JsonElement? Decode(string part)
    {
        try
        {
            return VendorCall.Parse(Base64Url.DecodeFromChars(part));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
