using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.State;
using ReverseEtl.Server.Operations;
using ReverseEtl.Server.Operations.Json;

namespace ReverseEtl.Server.Access;

/// <summary>
/// The tokens that open the API, in the control store: of each its SHA-256 alone, which 32 random bytes need no salt for. Safe for
/// concurrent callers.
/// </summary>
internal sealed class TokenStore(Func<CancellationToken, Task<IControlStore>> store, TimeProvider time)
{
    /// <summary>What every token begins with, so that those who scan for secrets know it.</summary>
    public const string Prefix = "cdp_";

    private const string Shelf = ":tokens";
    private const int RandomBytes = 32;

    /// <summary>For how long another process's revocation may go unnoticed.</summary>
    private static readonly TimeSpan Trusted = TimeSpan.FromSeconds(3);

    private volatile Reading? _last;

    /// <summary>Makes a token; it is recorded who made it before it is worth anything.</summary>
    /// <exception cref="ProjectException">The name is none, or is taken.</exception>
    public async Task<NewToken> CreateAsync(string name, TokenRole role, TimeSpan? expires, Caller caller, CancellationToken cancellationToken)
    {
        TokenName.Check(name, caller.Place);
        var control = await store(cancellationToken);
        if ((await control.RecallAsync(Shelf, [name], cancellationToken)).Count > 0)
            throw new ProjectException(caller.Place, $"there is a token \"{name}\" already; take another name, or revoke that one first");
        var token = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
        var now = time.GetUtcNow();
        var info = new TokenInfo(name, role, token[^4..], now, caller.Name, now + expires);
        await RecordAsync(control, caller, "token-create", $"{name}, {Word(role)}{(info.ExpiresAt is { } end ? $", until {end:u}" : "")}", cancellationToken);
        await WriteAsync(control, name, new StoredToken(Convert.ToHexString(HashOf(token)), info), cancellationToken);
        return new NewToken(token, info);
    }

    /// <summary>All tokens, by name.</summary>
    public async Task<TokenList> ListAsync(CancellationToken cancellationToken) => new([.. (await ReadAsync(cancellationToken)).Select(stored => stored.Info)]);

    /// <summary>Makes a token worth nothing: here at once, in other processes within seconds.</summary>
    /// <exception cref="ProjectException">There is none of that name.</exception>
    public async Task RevokeAsync(string name, Caller caller, CancellationToken cancellationToken)
    {
        var control = await store(cancellationToken);
        var known = await ReadAsync(cancellationToken);
        if (known.All(stored => stored.Info.Name != name))
            throw new ProjectException(caller.Place, $"there is no token \"{name}\"{Nearest.Hint(name, known.Select(stored => stored.Info.Name))}");
        await RecordAsync(control, caller, "token-revoke", name, cancellationToken);
        await WriteAsync(control, name, null, cancellationToken);
    }

    /// <summary>What is known of a token; null where it was never made, was revoked, or has expired.</summary>
    public async Task<TokenInfo?> FindAsync(string token, CancellationToken cancellationToken)
    {
        var hash = HashOf(token);
        TokenInfo? found = null;
        // Every one is looked at, so that the time it takes tells nothing.
        foreach (var stored in await RecentAsync(cancellationToken))
            found = CryptographicOperations.FixedTimeEquals(Convert.FromHexString(stored.Hash), hash) ? stored.Info : found;
        return found is { ExpiresAt: { } end } && end <= time.GetUtcNow() ? null : found;
    }

    private async Task<IReadOnlyList<StoredToken>> RecentAsync(CancellationToken cancellationToken)
    {
        if (_last is { } last && time.GetElapsedTime(last.At) < Trusted)
            return last.Tokens;
        // Before it is read: what is written meanwhile may be missed, and is then read again in time.
        var at = time.GetTimestamp();
        var tokens = await ReadAsync(cancellationToken);
        _last = new Reading(at, tokens);
        return tokens;
    }

    private async Task<IReadOnlyList<StoredToken>> ReadAsync(CancellationToken cancellationToken)
    {
        var kept = await (await store(cancellationToken)).RecallAllAsync(Shelf, cancellationToken);
        return [.. kept.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => JsonSerializer.Deserialize<StoredToken>(entry.Value, OperationJson.Whole)!)];
    }

    private async Task WriteAsync(IControlStore control, string name, StoredToken? stored, CancellationToken cancellationToken)
    {
        var text = stored is null ? null : JsonSerializer.Serialize(stored, OperationJson.Whole);
        await control.RememberAsync(Shelf, new Dictionary<string, string?> { [name] = text }, cancellationToken);
        _last = null;
    }

    private Task RecordAsync(IControlStore control, Caller caller, string action, string detail, CancellationToken cancellationToken) =>
        control.RecordAuditAsync(null, new AuditEntry(time.GetUtcNow(), "", null, caller.Name, action, detail), cancellationToken);

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static string Word(TokenRole role) => role.ToString().ToLowerInvariant();

    /// <param name="Hash">The SHA-256 of the token, in hexadecimal digits.</param>
    /// <param name="Info">What is told of it.</param>
    private sealed record StoredToken(string Hash, TokenInfo Info);

    /// <param name="At">When it was begun, as the clock counts.</param>
    /// <param name="Tokens">What was read.</param>
    private sealed record Reading(long At, IReadOnlyList<StoredToken> Tokens);
}
