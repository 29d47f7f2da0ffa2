using ReverseEtl.Connectors.Meta;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Personal.Vendors;

namespace ReverseEtl.Connectors.MetaAudiences;

/// <summary>The columns of an audience.</summary>
internal static class MetaFields
{
    public static IReadOnlyList<FieldSpec> All { get; } =
    [
        MetaPerson.Email("EMAIL"),
        MetaPerson.Phone("PHONE"),
        MetaPerson.Plain("EXTERN_ID", "Your own id of the person.", MetaNormalisers.ExternalId, "customer_id", "user_id", "external_id") with { Identifies = true },
        MetaPerson.Plain("MADID", "Mobile advertising id.", MetaNormalisers.AdvertisingId, "idfa", "gaid", "advertising_id") with { Identifies = true },
        MetaPerson.FirstName("FN"),
        MetaPerson.LastName("LN"),
        MetaPerson.Hashed("FI", "First initial.", MetaNormalisers.FirstInitial, "lower case"),
        MetaPerson.Gender("GEN"),
        MetaPerson.Hashed("DOBY", "Year of birth.", MetaNormalisers.BirthYear, "four digits", "birth_year"),
        MetaPerson.Hashed("DOBM", "Month of birth.", MetaNormalisers.BirthMonth, "two digits", "birth_month"),
        MetaPerson.Hashed("DOBD", "Day of birth.", MetaNormalisers.BirthDay, "two digits", "birth_day"),
        MetaPerson.City("CT"),
        MetaPerson.State("ST"),
        MetaPerson.PostalCode("ZIP"),
        MetaPerson.Country("COUNTRY"),
        new("LOOKALIKE_VALUE", "What the person is worth, for lookalike audiences.") { Rule = TypeRule.Number, Aliases = ["value", "ltv", "lifetime_value"] },
    ];
}
