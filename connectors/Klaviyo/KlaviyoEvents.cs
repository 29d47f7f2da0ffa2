using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Klaviyo;

/// <summary>Events of one name. Klaviyo takes events of a profile with the same unique_id for one, so a repeat does no harm.</summary>
internal sealed class KlaviyoEvents(KlaviyoObject @object, DestinationRequest request, VendorApi<IKlaviyoApi> api)
    : KlaviyoDestination(Describe(@object), @object, request, api)
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

    private readonly EventIds _ids = new(request.Model, @object.Event!, Time);

    public static ObjectSpec Describe(KlaviyoObject @object) => Describe(
        @object, "events", $"Events of a profile, known by {@object.IdField}. Whoever is not there yet is made.", "{ event: \"Placed Order\" }", [SyncMode.Append], Own)
        with { OtherFields = true, MaxBatchBytes = 2_000_000, Concurrency = 2, Reports = Reporting.PerRequest };

    /// <inheritdoc/>
    protected override ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var (id, unique) = (ColumnOf(batch, Object.IdField), batch.Fields.FirstOrDefault(column => column.Name == UniqueId));
        var others = batch.Fields.Where(column => column != id && column != unique).ToLookup(column => Own.Any(field => field.Name == column.Name));
        var metric = new { data = new KlaviyoResource("metric", new { name = Object.Event }) };
        var items = KlaviyoResource.Each(batch, "event-bulk-create", row => new
        {
            profile = new { data = new KlaviyoResource("profile", new RowJson(row).With(id)) },
            events = new { data = new[] { new KlaviyoResource("event", Attributes(row)) } },
        });
        return MakeAsync(batch, new KlaviyoResource("event-bulk-create-job", new Dictionary<string, object> { ["events-bulk-create"] = items }), cancellationToken);

        RowJson Attributes(int row) => new RowJson(row).With("metric", metric).With(UniqueId, unique?.Text(row) ?? _ids.TextOf(batch, row))
            .With(others[true].Where(column => !column.IsNull(row))).With("properties", new RowJson(row).With(others[false]));
    }
}
