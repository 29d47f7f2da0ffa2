using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Personal;
using ReverseEtl.Http.Personal.Vendors;
using ReverseEtl.Http.Shaping;

namespace ReverseEtl.Connectors.GoogleAudiences;

/// <summary>What Google knows people by, in the words of its protocol buffers. A removal takes all that was sent.</summary>
internal static class GoogleFields
{
    public const string Region = "region_code";
    public const string MobileId = "mobile_id";
    public const string UserId = "user_id";

    /// <summary>Identifiers that stand alone.</summary>
    public static readonly IReadOnlyList<(string Column, string Name)> Contact = [("email_address", "emailAddress"), ("phone_number", "phoneNumber")];

    /// <summary>The parts of an address, which is taken as a whole.</summary>
    public static readonly IReadOnlyList<(string Column, string Name)> Address =
        [("given_name", "givenName"), ("family_name", "familyName"), (Region, "regionCode"), ("postal_code", "postalCode")];

    public static readonly IReadOnlyList<FieldSpec> All =
    [
        Hashed("email_address", "E-mail address.", GoogleNormalisers.Email, "trimmed, lower case; of Gmail addresses without dots and suffix", "email"),
        Hashed("phone_number", "Phone number.", GoogleNormalisers.Phone, "E.164", "phone", "mobile"),
        Hashed("given_name", "First name, with the whole address.", GoogleNormalisers.GivenName, "lower case, no title", "first_name", "firstname"),
        Hashed("family_name", "Last name, with the whole address.", GoogleNormalisers.FamilyName, "lower case, no suffix", "last_name", "lastname", "surname"),
        Plain(Region, "Country of the address; phone numbers are read by it.", PersonalRule.Plain(GoogleNormalisers.Region, "ISO 3166 with two letters"), "country", "country_code"),
        Plain("postal_code", "Postal code, with the whole address.", PersonalRule.Plain(GoogleNormalisers.PostalCode, "trimmed"), "zip", "postcode"),
        Plain(MobileId, "Mobile advertising id, in an audience of its own.", TypeRule.Text, "idfa", "gaid", "advertising_id"),
        Plain(UserId, "Your own id of the person, in an audience of its own.", TypeRule.Text, "customer_id", "external_id"),
    ];

    /// <summary>Google's kind of the data that a sync maps; an audience has one kind.</summary>
    public static string KindOf(IReadOnlyCollection<string> fields) =>
        fields.Contains(MobileId) ? "MOBILE_ID" : fields.Contains(UserId) ? "USER_ID" : "CONTACT_ID";

    private static FieldSpec Hashed(string name, string description, Normaliser normaliser, string summary, params string[] aliases) =>
        Plain(name, description, PersonalRule.Sha256(normaliser, summary), aliases);

    private static FieldSpec Plain(string name, string description, IFieldRule rule, params string[] aliases) =>
        new(name, description) { Rule = rule, Identifies = true, Aliases = aliases };
}
