using System.Text.Json;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Auth;
using ReverseEtl.Http.Requests;

namespace ReverseEtl.Connectors.Google;

/// <summary>An account, as requests name it.</summary>
internal sealed record GoogleAccount(string AccountType, string AccountId)
{
    private const string Scope = "https://www.googleapis.com/auth/datamanager";
    private const string TokenEndpoint = "https://oauth2.googleapis.com/token";

    /// <summary>The resource's name, as headers have it.</summary>
    public override string ToString() => $"accountTypes/{AccountType}/accounts/{AccountId}";

    /// <param name="text">A number, with hyphens or without, or kind and number.</param>
    public static GoogleAccount? Of(string? text) => text?.Replace("-", "", StringComparison.Ordinal).Split('/') switch
    {
        null => null,
        [var type, var id] => new GoogleAccount(type, id),
        _ => new GoogleAccount("GOOGLE_ADS", text.Replace("-", "", StringComparison.Ordinal)),
    };

    public static TokenAuth Auth(GoogleOptions options, DestinationRequest request)
    {
        var proxy = options.BaseUrl is { } root ? new Uri($"{root.ToString().TrimEnd('/')}/token") : null;
        if (options.ServiceAccount is null)
        {
            return new TokenAuth(proxy ?? new Uri(TokenEndpoint), () =>
            [
                new("grant_type", "refresh_token"), new("client_id", options.ClientId!), new("client_secret", options.ClientSecret!.Reveal()),
                new("refresh_token", options.RefreshToken!.Reveal()),
            ], [options.ClientSecret!, options.RefreshToken!], request.Time);
        }

        var key = Read(options.ServiceAccount.Reveal(), request.ProjectFolder);
        var endpoint = key.Text("token_uri") ?? TokenEndpoint;
        var claims = new Dictionary<string, string> { ["iss"] = key.Text("client_email") ?? "", ["scope"] = Scope, ["aud"] = endpoint };
        return JwtBearer.For(proxy ?? new Uri(endpoint), new Secret(key.Text("private_key") ?? ""), claims, request.Time);
    }

    private static JsonElement Read(string given, string folder)
    {
        try
        {
            using var json = JsonDocument.Parse(given.TrimStart().StartsWith('{') ? given : File.ReadAllText(Path.Combine(folder, given)));
            return json.RootElement.Clone();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or JsonException)
        {
            throw new DestinationException("serviceAccount is neither the JSON of a service account's key nor the path of such a file: correct it in cdp.config.json") { IsUnreachable = false };
        }
    }
}
