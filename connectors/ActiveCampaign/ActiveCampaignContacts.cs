using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.ActiveCampaign;

/// <summary>Contacts, one to a request.</summary>
internal sealed class ActiveCampaignContacts(DestinationRequest request, VendorApi<IActiveCampaignApi> api) : ApiDestination<IActiveCampaignApi>(Describe(), request, api)
{
    /// <summary>What contacts are known by.</summary>
    public static FieldSpec EmailField { get; } = new("email", "E-mail address.") { Rule = TypeRule.Text, Required = true, Identifies = true, Aliases = ["mail", "email_address"] };

    private readonly string[] _custom = [.. request.Fields.Where(name => Describe().Field(name) is null)];
    private IReadOnlyDictionary<string, long>? _numbers;

    public static ObjectSpec Describe() => new()
    {
        Name = "contacts",
        Summary = "Contacts, known by email. Other fields are custom fields, by their personal tag or title. Fields that are not mapped stay.",
        Example = "{ type: contacts }",
        Modes = [SyncMode.Upsert, SyncMode.Mirror, SyncMode.Delete],
        Removals = [Removal.Delete],
        Fields =
        [
            EmailField,
            new("firstName", "First name.") { Rule = TypeRule.Text, Aliases = ["first_name", "given_name"] },
            new("lastName", "Last name.") { Rule = TypeRule.Text, Aliases = ["last_name", "family_name", "surname"] },
            new("phone", "Phone number.") { Rule = TypeRule.Text, Aliases = ["phone_number", "mobile"] },
        ],
        OtherFields = true,
        MaxBatchRows = 1,
        Concurrency = 4,
        LookUps = 1,
        UnsafeToRepeat = [],
        PartialUpdates = true,
        ChangedFields = ChangedFields.OnRequest,
    };

    /// <inheritdoc/>
    protected override async ValueTask LookAsync(CancellationToken cancellationToken) => await NumbersAsync(cancellationToken);

    /// <inheritdoc/>
    protected override async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Operation is Operation.Remove)
            return await DeleteAsync(batch, cancellationToken);
        // Who maps none of their own need not know them.
        var numbers = _custom.Length == 0 ? new Dictionary<string, long>() : _numbers ?? await NumbersAsync(cancellationToken);
        return await Api.SendAsync(batch, Body(batch, numbers), (campaign, body, token) => campaign.SyncContactAsync(body, token),
            answer => DeliveryReport.All(batch, answer.Json()?.Get("contact", "id") is null
                ? RowOutcome.Unknown(OutcomeCodes.NoResult, "ActiveCampaign answered without a contact")
                : RowOutcome.Accepted), cancellationToken);
    }

    private async ValueTask<DeliveryReport> DeleteAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        if (await Api.ContactAsync(ActiveCampaignLookUps.Email(batch), cancellationToken) is not { } contact)
            return DeliveryReport.All(batch, RowOutcome.Accepted);
        return await Api.SendAsync(batch, ColumnarContent.Nothing(), (campaign, body, token) => campaign.DeleteContactAsync(contact, body, token), RowOutcome.Accepted, cancellationToken);
    }

    private static ColumnarContent Body(ChangeBatch batch, IReadOnlyDictionary<string, long> numbers)
    {
        var fields = batch.Fields.Where(field => !field.IsLeftOut(0)).ToLookup(field => numbers.ContainsKey(field.Name));
        var contact = fields[false].ToDictionary(field => field.Name, object (field) => Value(field));
        if (fields[true].Any())
            contact["fieldValues"] = fields[true].Select(field => new { Field = $"{numbers[field.Name]}", Value = Value(field) });
        return ColumnarContent.Json(new { Contact = contact });
    }

    /// <summary>All values are texts: an empty one clears, and several choices stand between bars.</summary>
    private static string Value(FieldColumn field)
    {
        if (field.Text(0) is not { } text)
            return "";
        if (field.Type is not FieldType.Json)
            return text;
        using var json = JsonDocument.Parse(text);
        return json.RootElement.ValueKind is not JsonValueKind.Array ? text
            : json.RootElement.GetArrayLength() == 0 ? ""
            : $"||{string.Join("||", json.RootElement.EnumerateArray())}||";
    }

    /// <summary>The numbers of the mapped custom fields. Callers that ask at once find the same.</summary>
    private async ValueTask<IReadOnlyDictionary<string, long>> NumbersAsync(CancellationToken cancellationToken)
    {
        var known = await Api.PagesAsync("fields", (campaign, offset, token) => campaign.FieldsAsync(offset, token), cancellationToken);
        var found = _custom.ToDictionary(name => name, name => Numbers(known, name));
        foreach (var (name, numbers) in found.Where(field => field.Value.Length != 1))
        {
            throw new DestinationException(numbers.Length == 0
                ? $"ActiveCampaign has no custom field with the personal tag or title \"{name}\"; make it there, or correct the map"
                : $"ActiveCampaign has {numbers.Length} custom fields with the title \"{name}\"; map the personal tag of one of them") { IsUnreachable = false };
        }

        return _numbers = found.ToDictionary(field => field.Key, field => field.Value[0]);
    }

    /// <summary>A personal tag stands for one field; titles may be given twice.</summary>
    private static long[] Numbers(IEnumerable<JsonElement> known, string name)
    {
        long[] Of(string property, string value, StringComparison comparison) =>
            [.. known.Where(field => string.Equals(field.Text(property)?.Trim('%'), value, comparison)).Select(ActiveCampaignLookUps.Id).OfType<long>()];

        return Of("perstag", name.Trim('%'), StringComparison.OrdinalIgnoreCase) is { Length: > 0 } tagged ? tagged : Of("title", name, StringComparison.Ordinal);
    }
}
