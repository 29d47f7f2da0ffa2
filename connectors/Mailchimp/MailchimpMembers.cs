using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Mailchimp;

/// <summary>
/// Members of an audience, one to a request: of all requests only this one has a status for those who are new and leaves the others
/// theirs. Whoever is archived has the status that they had when they come back, and no other.
/// </summary>
internal sealed class MailchimpMembers(MailchimpObject @object, DestinationRequest request, VendorApi<IMailchimpApi> api)
    : ApiDestination<IMailchimpApi>(Describe(), request, api)
{
    private const string Status = "status";
    private const string Archived = "archived";
    private const string Vip = "vip";

    private static readonly FieldSpec[] Own =
    [
        MailchimpAudience.Identifier,
        new(Status, "How the member stands to marketing; only map it where the model knows.") { Rule = new ChoiceRule("subscribed", "unsubscribed", "cleaned", "pending", "transactional") },
        new("language", "The member's language, as in en or pt_BR.") { Rule = TypeRule.Text },
        new(Vip, "True for a VIP.") { Rule = TypeRule.Boolean },
    ];

    private readonly DestinationRequest _request = request;
    private readonly MailchimpAudience _audience = new(@object.Audience, api);

    public static ObjectSpec Describe() => new()
    {
        Name = "members",
        Summary = "Members of an audience, known by their address. Merge fields go by their tags; those that are not mapped stay.",
        Example = "{ audience: Newsletter }",
        Modes = [SyncMode.Upsert, SyncMode.Mirror, SyncMode.Delete],
        Removals = [Removal.Archive, Removal.Delete],
        // The two that every audience has, of merge fields.
        Fields =
        [
            .. Own,
            new("FNAME", "First name.") { Aliases = ["first_name", "firstname", "given_name"] },
            new("LNAME", "Last name.") { Aliases = ["last_name", "lastname", "family_name", "surname"] },
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
    protected override async ValueTask LookAsync(CancellationToken cancellationToken)
    {
        var list = await _audience.IdAsync(cancellationToken);
        var answer = await Api.AskAsync((mailchimp, token) => mailchimp.MergeFieldsAsync(list, token), cancellationToken);
        var tags = (answer.Json()?.Items("merge_fields") ?? []).Select(field => field.Text("tag")).ToList();
        if (_request.Fields.FirstOrDefault(name => !IsOwn(name) && !tags.Contains(name)) is { } unknown)
            throw new DestinationException($"the audience \"{@object.Audience}\" has no merge field with the tag {unknown}; it has: {string.Join(", ", tags)}") { IsUnreachable = false };
    }

    /// <inheritdoc/>
    protected override async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var list = await _audience.IdAsync(cancellationToken);
        var address = MailchimpAudience.AddressesOf(batch)[0];
        var member = MailchimpAudience.MemberOf(address);
        if (batch.Operation is Operation.Remove)
            return await RemoveAsync(batch, list, member, cancellationToken);

        var isArchived = false;
        var report = await PutAsync(batch, list, member, null, answer => isArchived = answer.Json()?.Text(Status) == Archived, cancellationToken);
        return isArchived ? await RestoreAsync(batch, list, member, cancellationToken) : report;
    }

    /// <summary>Brings back a member whom a sync has archived.</summary>
    private async ValueTask<DeliveryReport> RestoreAsync(ChangeBatch batch, string list, string member, CancellationToken cancellationToken)
    {
        var key = KeyOf(list, member);
        if (!(await _request.Memory.RecallAsync([key], CancellationToken.None)).TryGetValue(key, out var status))
            return DeliveryReport.All(batch, RowOutcome.Rejected(Archived, "the member was archived, and not by a sync: bring them back in Mailchimp, or map status"));
        var report = await PutAsync(batch, list, member, status, _ => { }, cancellationToken);
        if (report.AllAccepted)
            await _request.Memory.RememberAsync(new Dictionary<string, string?> { [key] = null }, CancellationToken.None);
        return report;
    }

    private ValueTask<DeliveryReport> PutAsync(ChangeBatch batch, string list, string member, string? status, Action<HttpAnswer> look, CancellationToken cancellationToken) =>
        Api.SendAsync(batch, ColumnarContent.Json(writer => Write(writer, batch, status)), (mailchimp, body, token) => mailchimp.PutAsync(list, member, body, token), answer =>
        {
            look(answer);
            return DeliveryReport.All(batch, RowOutcome.Accepted);
        }, cancellationToken);

    private async ValueTask<DeliveryReport> RemoveAsync(ChangeBatch batch, string list, string member, CancellationToken cancellationToken)
    {
        if (_request.OnRemoved is Removal.Delete)
            return await Api.SendAsync(batch, null, (mailchimp, _, token) => mailchimp.EraseAsync(list, member, token), RowOutcome.Accepted, cancellationToken);
        var found = await Api.TryAskAsync((mailchimp, token) => mailchimp.MemberAsync(list, member, token), cancellationToken);
        var status = (int)found.Status == 404 ? Archived : Api.Taken(found).Json()?.Text(Status);
        if (status is Archived)
            return DeliveryReport.All(batch, RowOutcome.Accepted);
        await _request.Memory.RememberAsync(new Dictionary<string, string?> { [KeyOf(list, member)] = status }, cancellationToken);
        return await Api.SendAsync(batch, null, (mailchimp, _, token) => mailchimp.ArchiveAsync(list, member, token), RowOutcome.Accepted, cancellationToken);
    }

    private void Write(Utf8JsonWriter writer, ChangeBatch batch, string? status)
    {
        writer.WriteStartObject();
        writer.WriteString("status_if_new", JsonNamingPolicy.SnakeCaseLower.ConvertName($"{@object.NewStatus}"));
        if (status is not null)
            writer.WriteString(Status, status);
        // Nobody is without a status: NULL leaves it.
        OwnFields.Write(writer, batch.Fields.Where(field => !field.IsLeftOut(0) && !(field.Name == Status && field.IsNull(0))), Own, "merge_fields", WriteField);
        writer.WriteEndObject();
    }

    // An empty text is how Mailchimp clears a field.
    private static void WriteField(Utf8JsonWriter writer, FieldColumn field)
    {
        writer.WritePropertyName(field.Name);
        if (!field.IsNull(0))
            field.WriteValue(writer, 0);
        else if (field.Name == Vip)
            writer.WriteBooleanValue(false);
        else
            writer.WriteStringValue("");
    }

    private static bool IsOwn(string name) => Own.Any(field => field.Name == name);

    private static string KeyOf(string list, string member) => $"archived/{list}/{member}";
}
