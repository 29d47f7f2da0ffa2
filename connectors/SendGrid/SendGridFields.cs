using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.SendGrid;

/// <summary>The fields of contacts: SendGrid's own by name, and the account's by an id that is looked up once in a run.</summary>
internal sealed class SendGridFields(DestinationRequest request, VendorApi<ISendGridApi> api)
{
    public const string Email = "email";

    public static readonly IReadOnlyList<FieldSpec> Own =
    [
        new(Email, "E-mail address.") { Rule = TypeRule.Text, Required = true, Identifies = true, Aliases = ["mail", "email_address"] },
        new("external_id", "Your own id of the contact. Where a contact has one, every row must have it.") { Rule = TypeRule.Text },
        new("first_name", "First name.") { Rule = TypeRule.Text, Aliases = ["firstname", "given_name"] },
        new("last_name", "Last name.") { Rule = TypeRule.Text, Aliases = ["lastname", "family_name", "surname"] },
        new("address_line_1", "Street and number.") { Rule = TypeRule.Text },
        new("address_line_2", "Second line of the address.") { Rule = TypeRule.Text },
        new("city", "City.") { Rule = TypeRule.Text },
        new("state_province_region", "State, province or region.") { Rule = TypeRule.Text, Aliases = ["state", "region"] },
        new("postal_code", "Postal code.") { Rule = TypeRule.Text, Aliases = ["zip", "postcode"] },
        new("country", "Country.") { Rule = TypeRule.Text },
    ];

    private IReadOnlyDictionary<string, string>? _ids;

    public static bool IsOwn(string name) => Own.Any(field => field.Name == name);

    /// <summary>The ids of the custom fields that the sync maps, by their names.</summary>
    /// <exception cref="DestinationException">The account has no such field.</exception>
    public async ValueTask<IReadOnlyDictionary<string, string>> IdsAsync(CancellationToken cancellationToken)
    {
        if (_ids is not null)
            return _ids;
        string[] mapped = [.. request.Fields.Where(name => !IsOwn(name))];
        if (mapped.Length == 0)
            return _ids = new Dictionary<string, string>();
        var answer = await api.AskAsync((sendGrid, token) => sendGrid.FieldsAsync(token), cancellationToken);
        var known = (answer.Json()?.Items("custom_fields") ?? []).ToDictionary(field => field.Text("name") ?? "", field => field.Text("id") ?? "", StringComparer.Ordinal);
        return mapped.FirstOrDefault(name => !known.ContainsKey(name)) is { } unknown
            ? throw new DestinationException($"SendGrid has no field {unknown}; make it there under Custom Fields, or map one of: {string.Join(", ", Own.Select(field => field.Name).Concat(known.Keys))}") { IsUnreachable = false }
            : _ids = known;
    }
}
