using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Klaviyo;

/// <summary>Events of one name. Klaviyo takes events of a profile with the same unique_id for one, so a repeat does no harm.</summary>
internal sealed class KlaviyoEvents(string name, KlaviyoObject @object, DestinationRequest request, VendorApi<IKlaviyoApi> api)
    : ApiDestination<IKlaviyoApi>(Describe(@object), request, api)
{
    private const string Time = "time";
    private const string UniqueId = "unique_id";

    private static readonly FieldSpec[] Own =
    [
        new(Time, "When it happened.") { Rule = TypeRule.Instant, Aliases = ["occurred_at", "event_time", "timestamp"] },
        new("value", "What it is worth, a number.") { Rule = TypeRule.Number, Aliases = ["total", "amount"] },
        new("value_currency", "The currency of that, ISO 4217.") { Rule = TypeRule.Text, Aliases = ["currency"] },
        new(UniqueId, "The id by which a repeat is dropped; made of the row where it is not mapped.") { Rule = TypeRule.Text, Aliases = ["event_id"] },
    ];

    private readonly EventIds _ids = new(request.Model, name, Time);

    public static ObjectSpec Describe(KlaviyoObject @object) => new()
    {
        Name = "events",
        Summary = $"Events of a profile, known by {@object.IdField}. Whoever is not there yet is made.",
        Example = "{ event: \"Placed Order\" }",
        Modes = [SyncMode.Append],
        Fields = [KlaviyoJson.IdField(@object), .. Own],
        OtherFields = true,
        MaxBatchRows = 1000,
        MaxBatchBytes = 2_000_000,
        Concurrency = 2,
        UnsafeToRepeat = [],
        Reports = Reporting.PerRequest,
    };

    /// <inheritdoc/>
    protected override async ValueTask LookAsync(CancellationToken cancellationToken) =>
        await Api.AskAsync((klaviyo, token) => klaviyo.ProfilesAsync(null, "email", 1, token), cancellationToken);

    /// <inheritdoc/>
    protected override ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var id = batch.Fields.First(column => column.Name == @object.IdField);
        var unique = batch.Fields.FirstOrDefault(column => column.Name == UniqueId);
        var own = batch.Fields.Where(column => column != unique && Own.Any(field => field.Name == column.Name)).ToList();
        var custom = batch.Fields.Except(own).Where(column => column != id && column != unique).ToList();
        var metric = new { data = new { type = "metric", attributes = new { name } } };
        var body = KlaviyoJson.Job("event-bulk-create-job", "events-bulk-create", "event-bulk-create", batch.Count, (writer, row) =>
        {
            writer.WritePropertyName("profile");
            JsonSerializer.Serialize(writer, new { data = new { type = "profile", attributes = new Dictionary<string, string?> { [id.Name] = id.Text(row) } } });
            writer.WriteStartObject("events");
            writer.WriteStartArray("data");
            KlaviyoJson.Resource(writer, "event", attributes =>
            {
                attributes.WritePropertyName("metric");
                JsonSerializer.Serialize(attributes, metric);
                attributes.WriteString(UniqueId, unique?.Text(row) ?? _ids.TextOf(batch, row));
                KlaviyoJson.Fields(attributes, own.Where(column => !column.IsNull(row)), row);
                KlaviyoJson.Nest(attributes, "properties", properties => KlaviyoJson.Fields(properties, custom, row));
            });
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
        return Api.SendAsync(batch, body, (klaviyo, content, token) => klaviyo.BeginAsync("event-bulk-create-jobs", content, token),
            _ => DeliveryReport.All(batch, RowOutcome.Accepted), cancellationToken);
    }
}
