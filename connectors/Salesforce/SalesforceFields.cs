using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Connectors.Salesforce;

/// <summary>Fields that every org has. Orgs have hundreds more, and their own.</summary>
internal static class SalesforceFields
{
    public static IEnumerable<FieldSpec> Usual(SalesforceObject @object) => Of(@object.Type).Where(field => field.Name != @object.Id);

    private static FieldSpec[] Of(string type) => type switch
    {
        "Contact" or "Lead" =>
        [
            new("Email", "E-mail address."),
            new("FirstName", "First name.") { Aliases = ["first_name", "given_name"] },
            new("LastName", "Last name; a new record must have one.") { Aliases = ["last_name", "family_name", "surname"] },
            new("Phone", "Phone number.") { Aliases = ["phone_number"] },
        ],
        "Account" => [new("Name", "Name; a new record must have one.") { Aliases = ["company", "company_name"] }, new("Website", "Website.") { Aliases = ["domain"] }],
        _ => [],
    };
}
