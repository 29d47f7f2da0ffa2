using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Intercom;

/// <summary>Contacts: found by what they are known by, then updated, or made. One that was archived is taken back.</summary>
internal sealed class IntercomContacts(IntercomObject @object, DestinationRequest request, VendorApi<IIntercomApi> api)
    : IntercomRows(Describe(@object), request, api)
{
    private const string IdMark = "id=";

    private static readonly RowOutcome NotThere = RowOutcome.Rejected("no_record", "Intercom has no such contact, and the mode is update");

    private static readonly FieldSpec[] Usual =
    [
        new("external_id", "The id of the contact in your own system.") { Rule = TypeRule.Text },
        new("email", "E-mail address.") { Rule = TypeRule.Text },
        new("phone", "Phone number with country code.") { Rule = TypeRule.Text, Aliases = ["phone_number", "mobile"] },
        new("name", "Full name.") { Rule = TypeRule.Text, Aliases = ["full_name"] },
        new("avatar", "Address of a picture.") { Rule = TypeRule.Text },
        new("signed_up_at", "When the contact signed up.") { Rule = TypeRule.UnixSeconds, Aliases = ["created_at"] },
        new("last_seen_at", "When the contact was seen last.") { Rule = TypeRule.UnixSeconds },
        new("owner_id", "The id of the admin who looks after the contact.") { Rule = TypeRule.Text },
        new("unsubscribed_from_emails", "True where the contact gets no e-mail.") { Rule = TypeRule.Boolean },
    ];

    private readonly bool _deletes = request.OnRemoved is Removal.Delete;
    private readonly RecordIds _ids = IdsOf(@object, request, api);

    public static ObjectSpec Describe(IntercomObject @object) => new()
    {
        Name = "contacts",
        Summary = $"Contacts, known by {@object.IdField}. What is not mapped stays; NULL clears.",
        Example = @object.Id is IntercomId.ExternalId ? "{ type: contacts }" : "{ type: contacts, id: email }",
        Modes = [SyncMode.Upsert, SyncMode.Update, SyncMode.Mirror, SyncMode.Delete],
        Removals = [Removal.Archive, Removal.Delete],
        Fields = [IdField(@object), .. Usual.Where(field => field.Name != @object.IdField)],
        OtherFields = true,
        OneOf = [@object.IdField],
        MaxBatchRows = BatchRows,
        Concurrency = Batches,
        LookUps = BatchRows,
        UnsafeToRepeat = [],
        PartialUpdates = true,
        ChangedFields = ChangedFields.OnRequest,
    };

    /// <summary>The field that says who a contact is.</summary>
    public static FieldSpec IdField(IntercomObject @object) => new(@object.IdField, "What contacts are known by.")
    {
        Rule = TypeRule.Text,
        Identifies = true,
        Aliases = @object.Id is IntercomId.ExternalId ? ["customer_id", "user_id", "id"] : [],
    };

    /// <summary>Intercom's own ids of contacts with the object's role.</summary>
    public static RecordIds IdsOf(IntercomObject @object, DestinationRequest request, VendorApi<IIntercomApi> api) =>
        new(request.Memory, $"contacts/{@object.Role}", @object.IdField, BatchRows, async (values, cancellationToken) =>
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
        });

    /// <inheritdoc/>
    protected override async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Operation is Operation.Remove)
        {
            return await RemoveAsync(batch, _ids, (intercom, id, nothing, token) => _deletes
                ? intercom.DeleteAsync("contacts", id, nothing, token)
                : intercom.ArchiveContactAsync(id, "archive", nothing, token), cancellationToken);
        }

        var known = batch.Fields.First(field => field.Name == @object.IdField);
        var ids = await _ids.FindAsync(Enumerable.Range(0, batch.Count).Select(known.Text).OfType<string>(), cancellationToken);
        return await BatchChunks.SendAsync(batch, 1, (row, token) => WriteAsync(row, ids, token), cancellationToken);
    }

    private async ValueTask<DeliveryReport> WriteAsync(ChangeBatch row, IReadOnlyDictionary<string, string> ids, CancellationToken cancellationToken)
    {
        var value = row.Fields.First(field => field.Name == @object.IdField).Text(0)!;
        if (ids.TryGetValue(value, out var id))
        {
            var updated = await UpdateAsync(row, id, cancellationToken);
            if (!RecordIds.IsGone(updated[0]))
                return updated;
            await _ids.ForgetAsync([value]);
        }

        if (row.Operation is Operation.Update)
            return DeliveryReport.All(row, NotThere);
        string? conflict = null;
        var created = await Api.SendAsync(row, Write(row, Role(@object)), (intercom, body, token) => intercom.CreateContactAsync(body, token),
            answer => (conflict = ConflictOf(answer)) is null ? null : DeliveryReport.All(row, RecordIds.Gone),
            answer =>
            {
                id = answer.Json()?.Text("id");
                return DeliveryReport.All(row, RowOutcome.Accepted);
            },
            cancellationToken);
        if (conflict is not null)
        {
            id = conflict[(conflict.IndexOf(IdMark, StringComparison.Ordinal) + IdMark.Length)..].Trim();
            created = await TakeAsync(row, id, conflict, cancellationToken);
        }

        if (created.AllAccepted && id is not null)
            await _ids.RememberAsync(new Dictionary<string, string> { [value] = id }, CancellationToken.None);
        return created;
    }

    /// <summary>Updates the contact that was there already: one that the search does not find yet, or an archived one.</summary>
    private async ValueTask<DeliveryReport> TakeAsync(ChangeBatch row, string id, string conflict, CancellationToken cancellationToken)
    {
        if (conflict.Contains("archived", StringComparison.OrdinalIgnoreCase))
            await Api.AskAsync((intercom, token) => intercom.ArchiveContactAsync(id, "unarchive", null, token), cancellationToken);
        return await UpdateAsync(row, id, cancellationToken);
    }

    private ValueTask<DeliveryReport> UpdateAsync(ChangeBatch row, string id, CancellationToken cancellationToken) => Api.SendAsync(
        row, Write(row, null), (intercom, body, token) => intercom.UpdateContactAsync(id, body, token),
        answer => (int)answer.Status is 404 or 410 ? DeliveryReport.All(row, RecordIds.Gone) : null, _ => DeliveryReport.All(row, RowOutcome.Accepted), cancellationToken);

    private ColumnarContent Write(ChangeBatch row, string? role) => Body(row, Describe(@object), field => field is not ("email" or "external_id"), role);

    /// <summary>What a refusal says of the contact that is there already; null for any other answer.</summary>
    private static string? ConflictOf(HttpAnswer answer) => (int)answer.Status != 409 ? null : (answer.Json()?.Items("errors") ?? [])
        .Select(error => error.Text("message")).FirstOrDefault(message => message?.Contains(IdMark, StringComparison.Ordinal) is true);

    private static object Filter(string field, string @operator, object value) => new { field, @operator, value };

    private static string Role(IntercomObject @object) => @object.Role.ToString().ToLowerInvariant();
}
