using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Personal;
using ReverseEtl.Http.Personal.Vendors;
using ReverseEtl.Http.Shaping;

namespace ReverseEtl.Connectors.MetaAudiences;

/// <summary>What Meta matches people by.</summary>
internal static class MetaFields
{
    public static IReadOnlyList<FieldSpec> All { get; } =
    [
        Hashed("EMAIL", "E-mail address.", MetaNormalisers.Email, "trimmed, lower case", "email", "mail", "email_address") with { Identifies = true },
        Hashed("PHONE", "Phone number.", MetaNormalisers.Phone, "digits with country code, no leading zeros", "phone", "phone_number", "mobile") with { Identifies = true },
        Plain("EXTERN_ID", "Your own id of the person.", MetaNormalisers.ExternalId, "customer_id", "user_id", "external_id") with { Identifies = true },
        Plain("MADID", "Mobile advertising id.", MetaNormalisers.AdvertisingId, "idfa", "gaid", "advertising_id") with { Identifies = true },
        Hashed("FN", "First name.", MetaNormalisers.FirstName, "lower case, no punctuation", "first_name", "firstname", "given_name"),
        Hashed("LN", "Last name.", MetaNormalisers.LastName, "lower case, no punctuation", "last_name", "lastname", "family_name", "surname"),
        Hashed("FI", "First initial.", MetaNormalisers.FirstInitial, "lower case"),
        Hashed("GEN", "Gender.", MetaNormalisers.Gender, "f or m", "gender", "sex"),
        Hashed("DOBY", "Year of birth.", MetaNormalisers.BirthYear, "four digits", "birth_year"),
        Hashed("DOBM", "Month of birth.", MetaNormalisers.BirthMonth, "two digits", "birth_month"),
        Hashed("DOBD", "Day of birth.", MetaNormalisers.BirthDay, "two digits", "birth_day"),
        Hashed("CT", "City.", MetaNormalisers.City, "lower case, letters only", "city"),
        Hashed("ST", "State or province.", MetaNormalisers.State, "lower case, letters only; US states with two letters", "state", "province", "region"),
        Hashed("ZIP", "Postal code.", MetaNormalisers.PostalCode, "lower case, cut at the hyphen", "zip", "postal_code", "postcode"),
        Hashed("COUNTRY", "Country.", MetaNormalisers.Country, "ISO 3166 with two letters, lower case", "country", "country_code"),
        new("LOOKALIKE_VALUE", "What the person is worth, for lookalike audiences.") { Rule = TypeRule.Number, Aliases = ["value", "ltv", "lifetime_value"] },
    ];

    private static FieldSpec Hashed(string name, string description, Normaliser normaliser, string summary, params string[] aliases) =>
        new(name, description) { Rule = PersonalRule.Sha256(normaliser, summary), Aliases = aliases };

    private static FieldSpec Plain(string name, string description, Normaliser normaliser, params string[] aliases) =>
        new(name, description) { Rule = PersonalRule.Plain(normaliser, "as it is"), Aliases = aliases };
}
