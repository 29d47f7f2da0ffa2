using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Connectors.HubSpot;

/// <summary>Properties that every portal has. Portals have hundreds more, and their own.</summary>
internal static class HubSpotFields
{
    /// <summary>The property that rows are known by, then the usual ones.</summary>
    public static IReadOnlyList<FieldSpec> Of(HubSpotObject @object) =>
    [
        (Usual(@object.Type).FirstOrDefault(field => field.Name == @object.IdProperty) ?? new(@object.IdProperty, "What rows are known by.")) with { Required = true, Identifies = true },
        .. Usual(@object.Type).Where(field => field.Name != @object.IdProperty),
    ];

    private static FieldSpec[] Usual(string type) => type switch
    {
        "contacts" =>
        [
            new("email", "E-mail address.") { Aliases = ["mail", "email_address"] },
            new("firstname", "First name.") { Aliases = ["first_name", "given_name"] },
            new("lastname", "Last name.") { Aliases = ["last_name", "family_name", "surname"] },
            new("phone", "Phone number.") { Aliases = ["phone_number"] },
            new("city", "City."),
            new("country", "Country."),
            new("lifecyclestage", "Lifecycle stage."),
        ],
        "companies" =>
        [
            new("domain", "Domain of the website."),
            new("name", "Name.") { Aliases = ["company", "company_name"] },
            new("industry", "Industry."),
        ],
        _ => [],
    };
}
