using System.Net.Http.Headers;
using ReverseEtl.Core.Config;
using ReverseEtl.Http.Auth;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>A bearer token that somebody else gave out: of an OAuth server, or a programmatic access token.</summary>
/// <param name="Type">A <see cref="TokenType"/>.</param>
/// <param name="Token">The token.</param>
internal sealed record GivenToken(string Type, Secret Token) : IRequestAuth
{
    /// <inheritdoc/>
    public IEnumerable<Secret> Secrets => [Token];

    /// <inheritdoc/>
    public ValueTask SignAsync(HttpRequestMessage request, HttpMessageInvoker client, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token.Reveal());
        TokenType.Set(request, Type);
        return ValueTask.CompletedTask;
    }
}

/// <summary>The header that tells what the bearer token is.</summary>
internal static class TokenType
{
    public const string KeyPair = "KEYPAIR_JWT";
    public const string OAuth = "OAUTH";
    public const string AccessToken = "PROGRAMMATIC_ACCESS_TOKEN";

    private const string Header = "X-Snowflake-Authorization-Token-Type";

    public static void Set(HttpRequestMessage request, string type)
    {
        request.Headers.Remove(Header);
        request.Headers.Add(Header, type);
    }
}
