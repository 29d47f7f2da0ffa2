using System.ComponentModel;
using ReverseEtl.Core.Config;
using ReverseEtl.Http.Auth;

namespace ReverseEtl.Connectors.HttpApi;

/// <summary>An API without a connector, in cdp.config.json.</summary>
public sealed record HttpApiOptions : HttpDestinationOptions
{
    [Description("Where the API begins: https://api.vendor.example/v2. Not needed where baseUrl is given.")]
    public Uri? Url { get; init; }

    [Description("Who is asking; left out where headers say it.")]
    public HttpApiAuth Auth { get; init; } = new();

    [Description("Headers of every request, for example Api-Token. Their values never print.")]
    public IReadOnlyDictionary<string, Secret> Headers { get; init; } = new Dictionary<string, Secret>();

    [Description("A path to GET before a run, which shows that the credentials are good: /me.")]
    public string? Check { get; init; }

    [Description("Requests at the most in the time that per says.")]
    public int? Requests { get; init; }

    [Description("The time that requests counts in.")]
    public TimeSpan Per { get; init; } = TimeSpan.FromSeconds(1);

    [Description("Requests in flight at the most.")]
    public int Concurrency { get; init; } = 4;

    [Description("How long to wait for an answer.")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>One way of saying who is asking.</summary>
public sealed record HttpApiAuth
{
    [Description("A token for Authorization: Bearer.")]
    public Secret? Bearer { get; init; }

    [Description("A user and a password for Authorization: Basic.")]
    public HttpApiBasic? Basic { get; init; }

    [Description("OAuth 2 client credentials.")]
    public HttpApiClient? Oauth { get; init; }

    /// <summary>How many ways are given.</summary>
    internal int Ways => (Bearer is null ? 0 : 1) + (Basic is null ? 0 : 1) + (Oauth is null ? 0 : 1);

    internal IEnumerable<IRequestAuth> Signers(TimeProvider time)
    {
        if (Bearer is not null)
            yield return HeaderAuth.Bearer(Bearer);
        if (Basic is not null)
            yield return HeaderAuth.Basic(Basic.User, Basic.Password);
        if (Oauth is not null)
            yield return new TokenAuth(Oauth.TokenUrl, Oauth.Form, [Oauth.ClientSecret], time);
    }
}

/// <summary>A user and a password.</summary>
public sealed record HttpApiBasic
{
    [Description("The user.")]
    public required string User { get; init; }

    [Description("The password.")]
    public required Secret Password { get; init; }
}

/// <summary>A client of an OAuth 2 token endpoint.</summary>
public sealed record HttpApiClient
{
    [Description("The token endpoint.")]
    public required Uri TokenUrl { get; init; }

    [Description("The client's id.")]
    public required string ClientId { get; init; }

    [Description("The client's secret.")]
    public required Secret ClientSecret { get; init; }

    [Description("The scope to ask for.")]
    public string? Scope { get; init; }

    internal IEnumerable<KeyValuePair<string, string>> Form() =>
    [
        new("grant_type", "client_credentials"),
        new("client_id", ClientId),
        new("client_secret", ClientSecret.Reveal()),
        .. Scope is null ? Array.Empty<KeyValuePair<string, string>>() : [new("scope", Scope)],
    ];
}
