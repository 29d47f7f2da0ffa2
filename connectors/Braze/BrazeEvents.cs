using System.Globalization;
using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Braze;

/// <summary>Events of one name. Braze knows none of them again: one that is sent twice happened twice.</summary>
internal sealed class BrazeEvents(string name, BrazeObject @object, DestinationRequest request, VendorApi<IBrazeApi> api)
    : BrazeTrack("events", Describe(@object), @object, request, api)
{
    private const string Time = "time";
    private const string AppId = "app_id";

    private readonly TimeProvider _clock = request.Time;

    public static ObjectSpec Describe(BrazeObject @object) => new()
    {
        Name = "events",
        Summary = $"Events of a user, known by {@object.IdField}. Whoever is not there yet is made.",
        Example = "{ event: order_completed }",
        Modes = [SyncMode.Append],
        Fields =
        [
            IdField(@object),
            new(Time, "When it happened; the time of sending where there is none.") { Rule = TypeRule.Instant, Aliases = ["occurred_at", "event_time", "timestamp"] },
            new(AppId, "The app that it happened in.") { Rule = TypeRule.Text },
        ],
        OtherFields = true,
        OneOf = [@object.IdField],
        MaxBatchRows = MostObjects,
        Concurrency = 4,
        UnsafeToRepeat = [SyncMode.Append],
        Charge = new Charge("data points", batch => batch.Count),
    };

    /// <inheritdoc/>
    protected override void WriteRow(Utf8JsonWriter writer, ChangeBatch batch, int row, IReadOnlyList<FieldColumn> fields)
    {
        writer.WriteString("name", name);
        writer.WriteString(Time, fields.FirstOrDefault(field => field.Name == Time)?.Text(row)
            ?? _clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        if (fields.FirstOrDefault(field => field.Name == AppId)?.Text(row) is { } app)
            writer.WriteString(AppId, app);
        writer.WritePropertyName("properties");
        ChangeBatch.WriteObject(writer, [.. fields.Where(field => field.Name is not (Time or AppId))], row);
    }
}
