using ReverseEtl.Core.Config;

namespace ReverseEtl.Server.Access;

/// <summary>What the bearer of a token may do; each role may do what those before it may.</summary>
internal enum TokenRole
{
    /// <summary>Look: everything that changes nothing, plans included.</summary>
    Viewer,

    /// <summary>Run, cancel, pause and resume syncs, settle rows in doubt, raise events.</summary>
    Operator,

    /// <summary>Make and revoke tokens.</summary>
    Admin,
}

/// <summary>What is told of a token; never the token itself.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Role">What its bearer may do.</param>
/// <param name="LastFour">Its last four characters.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="ExpiresAt">From when it is worth nothing; null for never.</param>
internal sealed record TokenInfo(string Name, TokenRole Role, string LastFour, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? ExpiresAt);

/// <summary>Tokens.</summary>
/// <param name="Tokens">The tokens, by name.</param>
internal sealed record TokenList(IReadOnlyList<TokenInfo> Tokens);

/// <summary>A token that was made just now.</summary>
/// <param name="Token">The token. It is not kept, and never shown again.</param>
/// <param name="Info">What is kept of it.</param>
internal sealed record NewToken(string Token, TokenInfo Info);

/// <summary>A token that is no more.</summary>
/// <param name="Revoked">Its name.</param>
internal sealed record RevokedToken(string Revoked);

/// <summary>Names of tokens.</summary>
internal static class TokenName
{
    /// <summary>The most characters.</summary>
    public const int Longest = 64;

    /// <summary>What names look like.</summary>
    public const string Pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$";

    /// <exception cref="ProjectException">It is no name.</exception>
    public static void Check(string name, Position asked)
    {
        if (name.Length is 0 or > Longest || !char.IsAsciiLetterOrDigit(name[0]) || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-'))
            throw new ProjectException(asked, $"\"{name}\" is no name for a token; take up to {Longest} letters, digits, dots, dashes and underscores, such as airflow");
    }
}

/// <summary>For how long tokens are worth something.</summary>
internal static class TokenLife
{
    private const int MostDays = 3650;

    /// <summary>Reads <c>90d</c>; null stays null, for good.</summary>
    /// <exception cref="ProjectException">It is no duration, or none for a token.</exception>
    public static TimeSpan? Parse(string? text, Position asked) => text is null ? null
        : Duration.TryParse(text, out var life) && life > TimeSpan.Zero && life <= TimeSpan.FromDays(MostDays) ? life
        : throw new ProjectException(asked, $"a token expires after a duration such as 90d or 12h, up to {MostDays}d, not \"{text}\"");
}
