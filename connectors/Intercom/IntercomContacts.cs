using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Intercom;

/// <summary>Contacts: found by what they are known by, then updated, or made. One that was archived is taken back.</summary>
internal sealed class IntercomContacts(IntercomObject @object, DestinationRequest request, VendorApi<IIntercomApi> api)
    : IntercomRows(IntercomSpecs.Of(@object), request, api)
{
    private const string IdMark = "id=";

    private static readonly RowOutcome NotThere = RowOutcome.Rejected("no_record", "Intercom has no such contact, and the mode is update");

    private readonly bool _deletes = request.OnRemoved is Removal.Delete;
    private readonly RecordIds _ids = IdsOf(@object, request, api);

    /// <summary>Intercom's own ids of contacts with the object's role.</summary>
    public static RecordIds IdsOf(IntercomObject @object, DestinationRequest request, VendorApi<IIntercomApi> api) =>
        new(request.Memory, $"contacts/{@object.Role}", @object.IdField, IntercomSpecs.BatchRows, async (values, cancellationToken) =>
        {
            var asked = new
            {
                Query = new { Operator = "AND", Value = new object[] { Filter("role", "=", Role(@object)), Filter(@object.IdField, "IN", values) } },
                Pagination = new Dictionary<string, int> { ["per_page"] = 150 },
            };
            var answer = await api.AskAsync(asked, (intercom, body, token) => intercom.SearchContactsAsync(body, token), cancellationToken);
            // Addresses are the same in any case; ids are not.
            return RecordIds.Match(values, (answer.Json()?.Items("data") ?? []).Select(contact => (contact.Text(@object.IdField), contact.Text("id"))),
                @object.Id is IntercomId.Email ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        }) { FindsLate = true };

    /// <inheritdoc/>
    protected override ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken) => batch.Operation is Operation.Remove
        ? RemoveAsync(batch, _ids, (intercom, id, nothing, token) => _deletes
            ? intercom.DeleteAsync("contacts", id, nothing, token)
            : intercom.ArchiveContactAsync(id, "archive", nothing, token), cancellationToken)
        : _ids.WriteEachAsync(batch, UpdateAsync, MakeAsync, cancellationToken);

    /// <inheritdoc/>
    protected override bool TakesNull(string name) => name is not ("email" or "external_id");

    private ValueTask<DeliveryReport> UpdateAsync(ChangeBatch row, string id, CancellationToken cancellationToken) => Api.SendAsync(
        row, Body(row), (intercom, body, token) => intercom.UpdateContactAsync(id, body, token),
        answer => (int)answer.Status is 404 or 410 ? DeliveryReport.All(row, RecordIds.Gone) : null, _ => DeliveryReport.All(row, RowOutcome.Accepted), cancellationToken);

    private async ValueTask<(DeliveryReport Report, string? Id)> MakeAsync(ChangeBatch row, CancellationToken cancellationToken)
    {
        if (row.Operation is Operation.Update)
            return (DeliveryReport.All(row, NotThere), null);
        string? id = null, conflict = null;
        var made = await Api.SendAsync(row, Body(row, Role(@object)), (intercom, body, token) => intercom.CreateContactAsync(body, token),
            answer => (conflict = ConflictOf(answer)) is null ? null : DeliveryReport.All(row, RecordIds.Gone),
            answer =>
            {
                id = answer.Json()?.Text("id");
                return DeliveryReport.All(row, RowOutcome.Accepted);
            }, cancellationToken);
        return conflict is null ? (made, id) : await TakeAsync(row, conflict, cancellationToken);
    }

    /// <summary>Updates the contact that was there already: one that the search does not find yet, or an archived one.</summary>
    private async ValueTask<(DeliveryReport Report, string? Id)> TakeAsync(ChangeBatch row, string conflict, CancellationToken cancellationToken)
    {
        var id = conflict[(conflict.IndexOf(IdMark, StringComparison.Ordinal) + IdMark.Length)..].Trim();
        if (conflict.Contains("archived", StringComparison.OrdinalIgnoreCase))
            await Api.AskAsync((intercom, token) => intercom.ArchiveContactAsync(id, "unarchive", null, token), cancellationToken);
        return (await UpdateAsync(row, id, cancellationToken), id);
    }

    /// <summary>What a refusal says of the contact that is there already; null for any other answer.</summary>
    private static string? ConflictOf(HttpAnswer answer) => (int)answer.Status != 409 ? null : (answer.Json()?.Items("errors") ?? [])
        .Select(error => error.Text("message")).FirstOrDefault(message => message?.Contains(IdMark, StringComparison.Ordinal) is true);

    private static object Filter(string field, string @operator, object value) => new { field, @operator, value };

    private static string Role(IntercomObject @object) => @object.Role.ToString().ToLowerInvariant();
}
