using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Personal;
using ReverseEtl.Http.Personal.Vendors;
using ReverseEtl.Http.Shaping;

namespace ReverseEtl.Connectors.Meta;

/// <summary>What Meta matches people by, in audiences and in events alike; only the names differ.</summary>
internal static class MetaPerson
{
    public static FieldSpec Email(string name) =>
        Hashed(name, "E-mail address.", MetaNormalisers.Email, "trimmed, lower case", "email", "mail", "email_address") with { Identifies = true };

    public static FieldSpec Phone(string name) =>
        Hashed(name, "Phone number.", MetaNormalisers.Phone, "digits with country code, no leading zeros", "phone", "phone_number", "mobile") with { Identifies = true };

    public static FieldSpec FirstName(string name) =>
        Hashed(name, "First name.", MetaNormalisers.FirstName, "lower case, no punctuation", "first_name", "firstname", "given_name");

    public static FieldSpec LastName(string name) =>
        Hashed(name, "Last name.", MetaNormalisers.LastName, "lower case, no punctuation", "last_name", "lastname", "family_name", "surname");

    public static FieldSpec Gender(string name) => Hashed(name, "Gender.", MetaNormalisers.Gender, "f or m", "gender", "sex");

    public static FieldSpec City(string name) => Hashed(name, "City.", MetaNormalisers.City, "lower case, letters only", "city");

    public static FieldSpec State(string name) =>
        Hashed(name, "State or province.", MetaNormalisers.State, "lower case, letters only; US states with two letters", "state", "province", "region");

    public static FieldSpec PostalCode(string name) =>
        Hashed(name, "Postal code.", MetaNormalisers.PostalCode, "lower case, cut at the hyphen", "zip", "postal_code", "postcode");

    public static FieldSpec Country(string name) =>
        Hashed(name, "Country.", MetaNormalisers.Country, "ISO 3166 with two letters, lower case", "country", "country_code");

    public static FieldSpec Hashed(string name, string description, Normaliser normaliser, string summary, params string[] aliases) =>
        new(name, description) { Rule = PersonalRule.Sha256(normaliser, summary), Aliases = aliases };

    public static FieldSpec Plain(string name, string description, Normaliser normaliser, params string[] aliases) =>
        new(name, description) { Rule = PersonalRule.Plain(normaliser, "as it is"), Aliases = aliases };
}
