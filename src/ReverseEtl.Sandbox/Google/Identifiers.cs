using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Google;

/// <summary>The identifiers of a member: checked, and as a record. Hashes are kept in hexadecimal, however they came.</summary>
internal static partial class Identifiers
{
    private const int MostIdentifiers = 10;
    private const int HashBytes = 32;

    /// <summary>Fields of a record that tell members apart; a second e-mail is <c>email_address_2</c>.</summary>
    public static readonly IReadOnlyList<IReadOnlyList<string>> Groups =
    [
        Numbered("email_address"), Numbered("phone_number"), Numbered("mobile_ids"), Numbered("pair_ids"), Numbered("ppids"), ["user_id"],
        Numbered("google_user_ids"), Numbered("partner_provided_ids"),
    ];

    /// <summary>The record of a member; what is wrong with it is noted.</summary>
    public static IReadOnlyDictionary<string, string?> Read(JsonElement member, string encoding, string path, List<Violation> violations)
    {
        var record = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (Kind(member) is not { } kind)
        {
            violations.Add(new Violation(path, "INVALID_AUDIENCE_MEMBER", "The audience member has no data."));
            return record;
        }

        var data = member.Field(kind)!.Value;
        if (kind is "user_data" or "composite_data")
            ReadUserData(kind == "user_data" ? data : data.Field("user_data") ?? data, encoding, $"{path}.{kind}", record, violations);
        else
            ReadIds(data, $"{path}.{kind}", record, violations);
        return record;
    }

    /// <summary>Which of the kinds of data a member has.</summary>
    public static string? Kind(JsonElement member) => Array.Find(Shapes.DataKinds, kind => member.Field(kind) is not null);

    /// <summary>The identifiers of user data.</summary>
    public static void ReadUserData(JsonElement data, string encoding, string path, Dictionary<string, string?> record, List<Violation> violations)
    {
        var identifiers = data.ListOf("user_identifiers");
        if (identifiers.Count == 0)
            violations.Add(new Violation($"{path}.user_identifiers", "NO_IDENTIFIERS_PROVIDED", "No identifiers were provided."));
        if (identifiers.Count > MostIdentifiers)
            violations.Add(new Violation($"{path}.user_identifiers", "TOO_MANY_USER_IDENTIFIERS", $"At most {MostIdentifiers} identifiers are allowed."));
        for (var at = 0; at < identifiers.Count; at++)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{path}.user_identifiers[{at}]");
            if (identifiers[at].Field("address") is { } address)
                ReadAddress(address, encoding, $"{place}.address", record, violations);
            else if (identifiers[at].Field("email_address") is not null)
                Put(record, "email_address", Hash(identifiers[at], "email_address", encoding, place, violations));
            else if (identifiers[at].Field("phone_number") is not null)
                Put(record, "phone_number", Hash(identifiers[at], "phone_number", encoding, place, violations));
            else
                violations.Add(new Violation(place, "NO_IDENTIFIERS_PROVIDED", "The identifier is empty."));
        }
    }

    private static void ReadAddress(JsonElement address, string encoding, string path, Dictionary<string, string?> record, List<Violation> violations)
    {
        record["given_name"] = Hash(address, "given_name", encoding, path, violations);
        record["family_name"] = Hash(address, "family_name", encoding, path, violations);
        record["region_code"] = address.TextOf("region_code");
        record["postal_code"] = address.TextOf("postal_code");
        if (!Region().IsMatch(record["region_code"]!))
            violations.Add(new Violation($"{path}.region_code", "INVALID_REGION_CODE", "The region code must be two upper case letters."));
        if (record["postal_code"] is not { Length: > 0 and < 20 })
            violations.Add(new Violation($"{path}.postal_code", "INVALID_POSTAL_CODE", "The postal code is missing, or hashed."));
    }

    private static void ReadIds(JsonElement data, string path, Dictionary<string, string?> record, List<Violation> violations)
    {
        foreach (var property in data.EnumerateObject())
        {
            var name = Groups.Select(group => group[0]).FirstOrDefault(group => group == property.Name || Proto.Camel(group) == property.Name) ?? property.Name;
            foreach (var value in property.Value.ValueKind is JsonValueKind.Array ? property.Value.EnumerateArray().ToArray() : [property.Value])
                Put(record, name, value.AsText());
        }

        if (record.Count == 0)
            violations.Add(new Violation(path, "NO_IDENTIFIERS_PROVIDED", "No identifiers were provided."));
    }

    private static string? Hash(JsonElement holder, string field, string encoding, string path, List<Violation> violations)
    {
        var text = holder.TextOf(field);
        byte[] bytes;
        try
        {
            bytes = encoding == "BASE64" ? Convert.FromBase64String(text) : Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            violations.Add(encoding == "BASE64"
                ? new Violation($"{path}.{field}", "INVALID_BASE64_ENCODING", "The value is not base 64.")
                : new Violation($"{path}.{field}", "INVALID_HEX_ENCODING", "The value is not hexadecimal."));
            return null;
        }

        if (bytes.Length == HashBytes)
            return Convert.ToHexStringLower(bytes);
        violations.Add(new Violation($"{path}.{field}", "INVALID_SHA256_FORMAT", "The value is not a SHA-256 hash."));
        return null;
    }

    private static void Put(Dictionary<string, string?> record, string name, string? value) =>
        record[Numbered(name).First(field => !record.ContainsKey(field))] = value;

    private static string[] Numbered(string name) =>
        [name, .. Enumerable.Range(2, MostIdentifiers + 1).Select(number => string.Create(CultureInfo.InvariantCulture, $"{name}_{number}"))];

    [GeneratedRegex("^[A-Z]{2}$")]
    private static partial Regex Region();
}
