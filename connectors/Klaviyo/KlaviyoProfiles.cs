using System.Globalization;
using System.Web;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Klaviyo;

/// <summary>Profiles: imported by jobs whose errors name them, and erased for good one by one.</summary>
internal sealed class KlaviyoProfiles(KlaviyoObject @object, DestinationRequest request, VendorApi<IKlaviyoApi> api)
    : ApiDestination<IKlaviyoApi>(Describe(@object), request, api)
{
    private const string Imports = "profile-bulk-import-jobs";
    private const string Location = "location.";
    private const int ErrorsAtOnce = 100;

    private static readonly FieldSpec[] Usual =
    [
        .. KlaviyoJson.Identities,
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

    public static ObjectSpec Describe(KlaviyoObject @object) => new()
    {
        Name = "profiles",
        Summary = $"Profiles, known by {@object.IdField}. Fields that are not mapped stay; names that Klaviyo does not know become custom properties. Mode delete erases for good, by email or phone_number.",
        Example = $"{{ type: profiles, id: {@object.IdField} }}",
        Modes = @object.Id is KlaviyoId.ExternalId ? [SyncMode.Upsert] : [SyncMode.Upsert, SyncMode.Delete],
        Removals = [Removal.Delete],
        Fields = [KlaviyoJson.IdField(@object), .. Usual.Where(field => field.Name != @object.IdField)],
        OtherFields = true,
        MaxBatchRows = 10_000,
        MaxRemovalRows = 1,
        MaxBatchBytes = 3_000_000,
        Concurrency = 2,
        LookUps = 3,
        UnsafeToRepeat = [],
        PartialUpdates = true,
        ChangedFields = ChangedFields.OnRequest,
    };

    /// <inheritdoc/>
    protected override async ValueTask LookAsync(CancellationToken cancellationToken) =>
        await Api.AskAsync((klaviyo, token) => klaviyo.ProfilesAsync(null, "email", 1, token), cancellationToken);

    /// <inheritdoc/>
    protected override async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Operation is Operation.Remove)
            return await EraseAsync(batch, cancellationToken);
        var job = await _jobs.FindAsync(batch, cancellationToken);
        if (job is null)
        {
            var sent = await Api.SendAsync(batch, Write(batch), (klaviyo, body, token) => klaviyo.BeginAsync(Imports, body, token), answer =>
            {
                job = answer.Json()?.Text("data", "id");
                return DeliveryReport.All(batch, job is null ? RowOutcome.Unknown(OutcomeCodes.NoResult, "Klaviyo took the import and gave no id for it") : RowOutcome.Accepted);
            }, cancellationToken);
            if (job is null)
                return sent;
            await _jobs.RememberAsync(batch, job);
        }

        return await _jobs.FollowAsync(batch, token => LookAsync(batch, job, token), cancellationToken);
    }

    private static ColumnarContent Write(ChangeBatch batch)
    {
        var location = batch.Fields.Where(column => column.Name.StartsWith(Location, StringComparison.Ordinal)).ToList();
        var own = batch.Fields.Except(location).Where(column => Usual.Any(field => field.Name == column.Name)).ToList();
        var custom = batch.Fields.Except(location).Except(own).ToList();
        return KlaviyoJson.Job("profile-bulk-import-job", "profiles", "profile", batch.Count, (writer, row) =>
        {
            KlaviyoJson.Fields(writer, own, row);
            foreach (var (name, columns, shared) in new[] { ("location", location, Location.Length), ("properties", custom, 0) }.Where(part => !part.Item2.All(column => column.IsLeftOut(row))))
                KlaviyoJson.Nest(writer, name, members => KlaviyoJson.Fields(members, columns, row, shared));
        });
    }

    private async ValueTask<DeliveryReport?> LookAsync(ChangeBatch batch, string job, CancellationToken cancellationToken)
    {
        var answer = await Api.TryAskAsync((klaviyo, token) => klaviyo.ImportAsync(job, token), cancellationToken);
        if ((int)answer.Status == 404)
            return DeliveryReport.All(batch, RowOutcome.Retry("job_gone", $"Klaviyo does not know the import {job} any more"));
        var import = Api.Taken(answer).Json()?.Get("data", "attributes") ?? default;
        return import.Text("status") switch
        {
            "complete" when import.Number("failed_count") is null or 0 => DeliveryReport.All(batch, RowOutcome.Accepted),
            "complete" => await ErrorsAsync(batch, job, import.Number("failed_count")!.Value, cancellationToken),
            "cancelled" => DeliveryReport.All(batch, RowOutcome.Retry("cancelled", $"the import {job} was cancelled in Klaviyo")),
            _ => null,
        };
    }

    private async ValueTask<DeliveryReport> ErrorsAsync(ChangeBatch batch, string job, double failed, CancellationToken cancellationToken)
    {
        var refusals = new NamedRefusals(batch);
        string? cursor = null;
        do
        {
            var page = (await Api.AskAsync((klaviyo, token) => klaviyo.ImportErrorsAsync(job, ErrorsAtOnce, cursor, token), cancellationToken)).Json() ?? default;
            foreach (var error in page.Items("data").Select(item => item.Get("attributes") ?? default))
            {
                var outcome = RowOutcome.Rejected(Api.Redactor.Clean(error.Text("code") ?? "refused"), Api.Redactor.Clean($"{error.Text("detail")} {error.Text("source", "pointer")}".Trim()));
                var quoted = error.Text("original_payload", @object.IdField) ?? error.Text("original_payload", "attributes", @object.IdField);
                // Of a profile that is not quoted the error points at its place in the request.
                if ((quoted is null || !refusals.Add(@object.IdField, quoted, outcome))
                    && error.Text("source", "pointer")?.Split('/') is ["", "data", "attributes", "profiles", "data", var place, ..] && int.TryParse(place, CultureInfo.InvariantCulture, out var row) && row < batch.Count)
                    refusals.Add(row, outcome);
            }

            cursor = Uri.TryCreate(page.Text("links", "next"), UriKind.Absolute, out var next) ? HttpUtility.ParseQueryString(next.Query)["page[cursor]"] : null;
        }
        while (cursor is not null);

        return refusals.Build(failed, RowOutcome.Unknown(OutcomeCodes.NoResult, $"Klaviyo refused {failed} profiles of the import {job} and did not name them all"));
    }

    private ValueTask<DeliveryReport> EraseAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var id = batch.Identifiers.First(column => column.Name == @object.IdField);
        var body = KlaviyoJson.Body(new
        {
            type = "data-privacy-deletion-job",
            attributes = new { profile = new { data = new { type = "profile", attributes = new Dictionary<string, string?> { [id.Name] = id.Text(0) } } } },
        });
        return Api.SendAsync(batch, body, (klaviyo, content, token) => klaviyo.BeginAsync("data-privacy-deletion-jobs", content, token),
            answer => (int)answer.Status == 404 ? DeliveryReport.All(batch, RowOutcome.Accepted) : null, _ => DeliveryReport.All(batch, RowOutcome.Accepted), cancellationToken);
    }
}
