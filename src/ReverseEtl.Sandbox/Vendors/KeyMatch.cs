using System.Security.Cryptography;
using System.Text;

namespace ReverseEtl.Sandbox.Vendors;

/// <summary>Finds the rows that a script means by a key: those with that value, or with its SHA-256 in hexadecimal or base 64.</summary>
internal sealed class KeyMatch(IReadOnlyList<IEnumerable<string>> rows)
{
    public bool Has(string key) => Rows([key]).Any();

    /// <summary>The positions of the rows with one of these keys.</summary>
    public IEnumerable<int> Rows(IEnumerable<string> keys)
    {
        HashSet<string> spellings = [.. keys.SelectMany(Spellings)];
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows[row].Any(spellings.Contains))
                yield return row;
        }
    }

    private static IEnumerable<string> Spellings(string key)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        return [key, Convert.ToHexStringLower(hash), Convert.ToBase64String(hash)];
    }
}
