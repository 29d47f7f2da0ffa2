using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Connectors.HubSpot;

/// <summary>Properties that every portal has. Portals have hundreds more, and their own.</summary>
internal static class HubSpotFields
{
    private static readonly FieldSpec[] Contacts =
    [
        new("email", "E-mail address."),
        new("firstname", "First name.") { Aliases = ["first_name", "given_name"] },
        new("lastname", "Last name.") { Aliases = ["last_name", "family_name", "surname"] },
        new("phone", "Phone number.") { Aliases = ["phone_number"] },
        new("company", "Name of the company."),
        new("city", "City."),
        new("country", "Country."),
        new("lifecyclestage", "Lifecycle stage."),
    ];

    private static readonly FieldSpec[] Companies =
    [
        new("domain", "Domain of the website."),
        new("name", "Name.") { Aliases = ["company", "company_name"] },
        new("industry", "Industry."),
        new("city", "City."),
        new("country", "Country."),
    ];

    /// <summary>The usual properties of an object.</summary>
    public static IReadOnlyList<FieldSpec> Of(string type) => type switch
    {
        "contacts" => Contacts,
        "companies" => Companies,
        _ => [],
    };

    /// <summary>The property that rows are known by.</summary>
    public static FieldSpec Identifying(HubSpotObject @object) =>
        (Of(@object.Type).FirstOrDefault(field => field.Name == @object.IdProperty) ?? new FieldSpec(@object.IdProperty, "What rows are known by."))
        with { Required = true, Identifies = true };

    /// <summary>What the rows of a batch are known by.</summary>
    public static string?[] IdsOf(ChangeBatch batch, string idProperty)
    {
        var columns = batch.Operation is Operation.Remove ? batch.Identifiers : batch.Fields;
        var id = columns.First(column => column.Name == idProperty);
        return [.. Enumerable.Range(0, batch.Count).Select(id.Text)];
    }
}
