using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Personal;
using ReverseEtl.Http.Personal.Vendors;
using ReverseEtl.Http.Shaping;

namespace ReverseEtl.Connectors.Google;

/// <summary>What Google knows people by, of members and events alike, in the words of its protocol buffers.</summary>
internal static class GoogleUser
{
    public const string Region = "region_code";

    /// <summary>Identifiers that stand alone.</summary>
    public static readonly IReadOnlyList<(string Column, string Name)> Contact = [("email_address", "emailAddress"), ("phone_number", "phoneNumber")];

    /// <summary>The parts of an address, which is taken as a whole.</summary>
    public static readonly IReadOnlyList<(string Column, string Name)> Address =
        [("given_name", "givenName"), ("family_name", "familyName"), (Region, "regionCode"), ("postal_code", "postalCode")];

    public static readonly IReadOnlyList<FieldSpec> Fields =
    [
        Hashed("email_address", "E-mail address.", GoogleNormalisers.Email, "trimmed, lower case; of Gmail addresses without dots and suffix", "email"),
        Hashed("phone_number", "Phone number.", GoogleNormalisers.Phone, "E.164", "phone", "mobile"),
        Hashed("given_name", "First name, with the whole address.", GoogleNormalisers.GivenName, "lower case, no title", "first_name", "firstname"),
        Hashed("family_name", "Last name, with the whole address.", GoogleNormalisers.FamilyName, "lower case, no suffix", "last_name", "lastname", "surname"),
        Plain(Region, "Country of the address; phone numbers are read by it.", PersonalRule.Plain(GoogleNormalisers.Region, "ISO 3166 with two letters"), "country", "country_code"),
        Plain("postal_code", "Postal code, with the whole address.", PersonalRule.Plain(GoogleNormalisers.PostalCode, "trimmed"), "zip", "postcode"),
    ];

    /// <summary>A field that a removal takes too.</summary>
    public static FieldSpec Plain(string name, string description, IFieldRule rule, params string[] aliases) =>
        new(name, description) { Rule = rule, Identifies = true, Aliases = aliases };

    /// <summary>What is wrong with the parts of an address that a sync maps; null where nothing is.</summary>
    public static string? WrongAddress(IReadOnlyList<string> fields)
    {
        var parts = Address.Select(part => part.Column).ToList();
        return parts.Any(part => part != Region && fields.Contains(part)) && !parts.All(fields.Contains)
            ? $"Google takes an address as a whole: map all of {string.Join(", ", parts)}, or {Region} alone"
            : null;
    }

    /// <summary>Whether a row has anything that can be written.</summary>
    public static bool Knows(IReadOnlyDictionary<string, FieldColumn> columns, int row) =>
        Contact.Any(contact => Has(columns, contact.Column, row)) || Address.All(part => Has(columns, part.Column, row));

    /// <summary>Writes <c>userData</c>; values have been normalised and hashed.</summary>
    public static void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, FieldColumn> columns, int row)
    {
        writer.WriteStartObject("userData");
        writer.WriteStartArray("userIdentifiers");
        foreach (var (column, name) in Contact.Where(contact => Has(columns, contact.Column, row)))
        {
            writer.WriteStartObject();
            writer.WriteString(name, columns[column].Utf8(row));
            writer.WriteEndObject();
        }

        if (Address.All(part => Has(columns, part.Column, row)))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("address");
            foreach (var (column, name) in Address)
                writer.WriteString(name, columns[column].Utf8(row));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static bool Has(IReadOnlyDictionary<string, FieldColumn> columns, string name, int row) => columns.TryGetValue(name, out var column) && !column.IsNull(row);

    private static FieldSpec Hashed(string name, string description, Normaliser normaliser, string summary, params string[] aliases) =>
        Plain(name, description, PersonalRule.Sha256(normaliser, summary), aliases);
}
