using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ReverseEtl.Snowflake.Emulator.Http;

/// <summary>Who is asking: bearer tokens, by what the header says that they are.</summary>
internal sealed class BearerCheck(EmulatorOptions options)
{
    private const string TokenType = "X-Snowflake-Authorization-Token-Type";
    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(1);

    /// <summary>What is wrong with the request's token; null where nothing is.</summary>
    public string? Refusal(HttpRequest request)
    {
        if (request.Headers.Authorization.ToString() is not ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var token])
            return "there is no bearer token";
        return request.Headers[TokenType].ToString() switch
        {
            "KEYPAIR_JWT" => JwtRefusal(token),
            "PROGRAMMATIC_ACCESS_TOKEN" => options.AccessTokens.Contains(token) ? null : "Programmatic access token is invalid.",
            "OAUTH" or "" => options.OAuthTokens.Contains(token) ? null : "Invalid OAuth access token.",
            var other => $"unknown token type {other}",
        };
    }

    private string? JwtRefusal(string token)
    {
        try
        {
            if (token.Split('.') is not [var header, var claims, var signature])
                return "JWT token is invalid: it has no three parts";
            using var said = JsonDocument.Parse(Base64Url.DecodeFromChars(claims));
            using var form = JsonDocument.Parse(Base64Url.DecodeFromChars(header));
            if (form.RootElement.GetProperty("alg").GetString() != "RS256")
                return "JWT token is invalid: the algorithm is not RS256";
            return Refusal(said.RootElement, $"{header}.{claims}", Base64Url.DecodeFromChars(signature));
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"JWT token is invalid: {malformed.Message}";
        }
    }

    private string? Refusal(JsonElement claims, string signed, byte[] signature)
    {
        var subject = claims.GetProperty("sub").GetString()!;
        if (!subject.StartsWith($"{options.Account}.", StringComparison.Ordinal) || !options.Keys.TryGetValue(subject[(options.Account.Length + 1)..], out var pem))
            return $"JWT token is invalid: {subject} is no user with a key";
        using var key = RSA.Create();
        key.ImportFromPem(pem);
        var fingerprint = Convert.ToBase64String(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
        if (claims.GetProperty("iss").GetString() != $"{subject}.SHA256:{fingerprint}")
            return "JWT token is invalid: the issuer is not the subject with its key's fingerprint";
        if (!key.VerifyData(Encoding.ASCII.GetBytes(signed), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
            return "JWT token is invalid: the signature is not the key's";
        var (issued, expires) = (Instant(claims, "iat"), Instant(claims, "exp"));
        var now = options.Time.GetUtcNow();
        return expires <= now || issued > now || now - issued > LongestLife ? "JWT token has expired" : null;
    }

    private static DateTimeOffset Instant(JsonElement claims, string name) => DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty(name).GetInt64());
}
