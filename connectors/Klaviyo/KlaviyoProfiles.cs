using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Klaviyo;

/// <summary>Profiles: imported by jobs whose errors name them, and erased for good one by one.</summary>
internal sealed class KlaviyoProfiles(KlaviyoObject @object, DestinationRequest request, VendorApi<IKlaviyoApi> api)
    : KlaviyoDestination(Describe(@object), @object, request, api)
{
    private const string Location = "location.";
    private const int ErrorsAtOnce = 100;

    private static readonly FieldSpec[] Usual =
    [
        .. Identities,
        new("first_name", "First name.") { Aliases = ["firstname", "given_name"] },
        new("last_name", "Last name.") { Aliases = ["lastname", "family_name", "surname"] },
        new("organization", "Company.") { Aliases = ["company"] },
        new("locale", "Language and country, such as da-DK."),
        new("title", "Job title."),
        new("image", "Address of a picture."),
        .. new[] { "address1", "address2", "city", "country", "region", "zip", "timezone", "ip" }.Select(name => new FieldSpec(Location + name, $"Location: {name}.") { Rule = TypeRule.Text, Aliases = [name] }),
        .. new[] { "latitude", "longitude" }.Select(name => new FieldSpec(Location + name, $"Location: {name}.") { Rule = TypeRule.Number, Aliases = [name] }),
    ];

    private readonly StoredJob _jobs = new(request.Memory, request.Time);

    public static ObjectSpec Describe(KlaviyoObject @object) => Describe(@object, "profiles",
        $"Profiles, known by {@object.IdField}. Fields that are not mapped stay; names that Klaviyo does not know become custom properties. Mode delete erases for good, by email or phone_number.",
        $"{{ type: profiles, id: {@object.IdField} }}", @object.Id is KlaviyoId.ExternalId ? [SyncMode.Upsert] : [SyncMode.Upsert, SyncMode.Delete], Usual) with
    {
        Removals = [Removal.Delete],
        OtherFields = true,
        MaxBatchRows = 10_000,
        MaxRemovalRows = 1,
        MaxBatchBytes = 3_000_000,
        Concurrency = 2,
        LookUps = 3,
        PartialUpdates = true,
        ChangedFields = ChangedFields.OnRequest,
    };

    /// <inheritdoc/>
    protected override ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken) => batch.Operation is Operation.Remove
        ? EraseAsync(batch, cancellationToken)
        : _jobs.DeliverAsync(batch, answer => answer.Text("data", "id"),
            read => MakeAsync(batch, Import(batch), _ => null, read, cancellationToken), (job, token) => LookAsync(batch, job, token), cancellationToken);

    private static KlaviyoResource Import(ChangeBatch batch)
    {
        var parts = batch.Fields.ToLookup(column => column.Name.StartsWith(Location, StringComparison.Ordinal) ? Location : Usual.Any(field => field.Name == column.Name) ? "" : "properties");
        var profiles = KlaviyoResource.Each(batch, "profile", row => new RowJson(row).With(parts[""])
            .With("location", RowJson.Of(row, parts[Location], Location.Length)).With("properties", RowJson.Of(row, parts["properties"])));
        return new KlaviyoResource("profile-bulk-import-job", new { profiles });
    }

    private async ValueTask<DeliveryReport?> LookAsync(ChangeBatch batch, string job, CancellationToken cancellationToken)
    {
        if (await Api.FindAsync((klaviyo, token) => klaviyo.ImportAsync(job, token), cancellationToken) is not { } answer)
            return DeliveryReport.All(batch, RowOutcome.Retry("job_gone", $"Klaviyo does not know the import {job} any more"));
        var import = answer.Json()?.Get("data", "attributes") ?? default;
        return import.Text("status") switch
        {
            "complete" when import.Number("failed_count") is > 0 and var failed => await ErrorsAsync(batch, job, failed, cancellationToken),
            "complete" => DeliveryReport.All(batch, RowOutcome.Accepted),
            "cancelled" => DeliveryReport.All(batch, RowOutcome.Retry("cancelled", $"the import {job} was cancelled in Klaviyo")),
            _ => null,
        };
    }

    private async ValueTask<DeliveryReport> ErrorsAsync(ChangeBatch batch, string job, double failed, CancellationToken cancellationToken)
    {
        var refusals = new NamedRefusals(batch);
        await foreach (var item in Api.ItemsAsync("data", (klaviyo, cursor, token) => klaviyo.ImportErrorsAsync(job, ErrorsAtOnce, cursor, token),
            page => page.Parameter("page[cursor]", "links", "next"), cancellationToken))
        {
            var error = item.Get("attributes") ?? default;
            var outcome = RowOutcome.Rejected(Api.Redactor.Clean(error.Text("code") ?? "refused"), Api.Redactor.Clean($"{error.Text("detail")} {error.Text("source", "pointer")}".Trim()));
            var quoted = error.Text("original_payload", Object.IdField) ?? error.Text("original_payload", "attributes", Object.IdField);
            // Of a profile that is not quoted the error points at its place in the request.
            if ((quoted is null || !refusals.Add(Object.IdField, quoted, outcome))
                && error.Text("source", "pointer")?.Split('/') is ["", "data", "attributes", "profiles", "data", var place, ..] && int.TryParse(place, CultureInfo.InvariantCulture, out var row) && row < batch.Count)
                refusals.Add(row, outcome);
        }

        return refusals.Build(failed, RowOutcome.Unknown(OutcomeCodes.NoResult, $"Klaviyo refused {failed} profiles of the import {job} and did not name them all"));
    }

    // Who is not there is erased.
    private ValueTask<DeliveryReport> EraseAsync(ChangeBatch batch, CancellationToken cancellationToken) => MakeAsync(
        batch, new KlaviyoResource("data-privacy-deletion-job", new { profile = new { data = new KlaviyoResource("profile", new RowJson(0).With(ColumnOf(batch, Object.IdField))) } }),
        answer => (int)answer.Status == 404 ? DeliveryReport.All(batch, RowOutcome.Accepted) : null, _ => DeliveryReport.All(batch, RowOutcome.Accepted), cancellationToken);
}
