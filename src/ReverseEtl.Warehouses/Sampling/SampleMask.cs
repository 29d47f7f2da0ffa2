using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Warehouses.Sampling;

/// <summary>
/// Replaces personal data of a sample: the values of text columns whose names speak of persons, and whatever looks like an e-mail address.
/// The same value becomes the same mask wherever it stands in a sample, so that joins still find each other; another sample has others.
/// </summary>
internal sealed partial class SampleMask
{
    private const int HashBytes = 6;

    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(32);

    /// <summary>The value to show in place of another one.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="type">Its type.</param>
    /// <param name="value">The value.</param>
    public string Of(string column, FieldType type, string value)
    {
        if (value.Length == 0 || type is not (FieldType.Text or FieldType.Json))
            return value;
        if (type is FieldType.Json)
            return IsPersonal(column) ? "null" : Address().Replace(value, match => Address(match.Value));
        if (Address().IsMatch(value))
            return IsPersonal(column) ? Address(value) : Address().Replace(value, match => Address(match.Value));
        return IsPersonal(column) ? $"masked-{Hash(value)}" : value;
    }

    /// <summary>True where a column's name says that it is about a person.</summary>
    public static bool IsPersonal(string column) => Personal().IsMatch(column);

    // Addresses differ in case and mean the same.
    private string Address(string value) => $"{Hash(value.Trim().ToLowerInvariant())}@masked.invalid";

    private string Hash(string value) => Convert.ToHexStringLower(HMACSHA256.HashData(_salt, Encoding.UTF8.GetBytes(value)).AsSpan(0, HashBytes));

    [GeneratedRegex(@"[^\s@""'<>,;:]+@[^\s@""'<>,;:]+\.[^\s@""'<>,;:]+", RegexOptions.CultureInvariant)]
    private static partial Regex Address();

    [GeneratedRegex("mail|phone|mobile|msisdn|(^|_)tel(_|$)|(first|last|given|family|middle|full|user|sur|nick|contact|customer|person).?name|^name$|street|address|birth|(^|_)dob|ssn|passport|iban|(^|_)ip(_|$)|password|token|comment|note|message|(^|_)body$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Personal();
}
