using System.Text.RegularExpressions;

namespace ReverseEtl.Sandbox.Vendors;

/// <summary>What vendors take for an e-mail address, more or less.</summary>
internal static partial class EmailAddress
{
    public static bool IsGood(string text) => Pattern().IsMatch(text);

    [GeneratedRegex(@"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$")]
    private static partial Regex Pattern();
}
