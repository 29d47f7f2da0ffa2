using System.Security.Cryptography;
using ReverseEtl.Core.Config;
using ReverseEtl.Http.Auth;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>Makes of the options who is asking.</summary>
internal static class SnowflakeCredentials
{
    /// <param name="options">The project's options.</param>
    /// <param name="folder">The project's folder.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ProjectException">There is none, more than one, or one that is not understood.</exception>
    public static IRequestAuth Of(SnowflakeWarehouseOptions options, string folder, TimeProvider time)
    {
        IReadOnlyList<string> given =
        [
            .. new (string Name, object? Value)[] { ("privateKey", options.PrivateKey), ("privateKeyFile", options.PrivateKeyFile), ("token", options.Token), ("oauthToken", options.OauthToken) }
                .Where(option => option.Value is not null).Select(option => option.Name),
        ];
        if (given.Count != 1)
            throw Wrong(null, $"{(given.Count == 0 ? "there are no credentials" : $"{string.Join(" and ", given)} are given")}: give one of privateKey, privateKeyFile, token and oauthToken");
        if (options.Token is { } token)
            return new GivenToken(TokenType.AccessToken, token);
        if (options.OauthToken is { } oauth)
            return new GivenToken(TokenType.OAuth, oauth);
        var user = options.User ?? throw Wrong(null, "\"user\" is missing: the login name of the user whose key pair it is");
        return new KeyPairAuth(Key(options, folder, given[0]), options.Account, user, time);
    }

    private static RSA Key(SnowflakeWarehouseOptions options, string folder, string option)
    {
        try
        {
            var pem = options.PrivateKey ?? new Secret(File.ReadAllText(Path.Combine(folder, options.PrivateKeyFile!)));
            return SignedJwt.Key(pem, options.Passphrase);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw Wrong(option, $"the file {options.PrivateKeyFile} cannot be read");
        }
        catch (Exception malformed) when (malformed is ArgumentException or CryptographicException)
        {
            // Its message may quote the key.
            throw Wrong(option, options.Passphrase is null
                ? "this is no RSA key in PEM (-----BEGIN PRIVATE KEY-----); one that is encrypted needs \"passphrase\""
                : "this is no encrypted RSA key in PEM (-----BEGIN ENCRYPTED PRIVATE KEY-----), or \"passphrase\" is not its own");
        }
    }

    private static ProjectException Wrong(string? option, string message) =>
        new(new Position("cdp.config.json", Path: option is null ? "warehouse" : $"warehouse.{option}"), message);
}
