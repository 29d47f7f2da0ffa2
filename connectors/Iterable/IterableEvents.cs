using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Iterable;

/// <summary>Events of one name. Iterable writes an event over one with the same id, so a repeat does no harm.</summary>
internal sealed class IterableEvents(string name, IterableObject @object, DestinationRequest request, VendorApi<IIterableApi> api)
    : IterableRows(Describe(@object), @object, request, api)
{
    private const string Time = "createdAt";
    private const string EventId = "id";

    private readonly EventIds _ids = new(request.Model, name, Time);

    public static ObjectSpec Describe(IterableObject @object) => new()
    {
        Name = "events",
        Summary = $"Events of a user, known by {@object.IdField}.",
        Example = "{ event: purchase }",
        Modes = [SyncMode.Append],
        Fields =
        [
            IdField(@object),
            new(Time, "When it happened.") { Rule = TypeRule.UnixSeconds, Aliases = ["occurred_at", "event_time", "timestamp"] },
            new(EventId, "The id by which a repeat is dropped; made of the row where it is not mapped.") { Rule = TypeRule.Text, Aliases = ["event_id"] },
        ],
        OtherFields = true,
        MaxBatchRows = 500,
        MaxBatchBytes = 2_500_000,
        Concurrency = 4,
        UnsafeToRepeat = [],
    };

    /// <inheritdoc/>
    protected override ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var time = batch.Fields.FirstOrDefault(column => column.Name == Time);
        var id = batch.Fields.FirstOrDefault(column => column.Name == EventId);
        FieldColumn[] data = [.. batch.Fields.Where(column => column != time && column != id && column.Name != IdName)];
        return BulkAsync(batch, ("events", "trackBulk"), "events", (writer, row) =>
        {
            writer.WriteString("eventName", name);
            writer.WriteString("id", id?.Text(row) ?? _ids.TextOf(batch, row));
            if (time?.IsNull(row) is false)
                writer.WriteNumber(Time, time.Integer(row));
            Data(writer, data, row);
        }, null, cancellationToken);
    }
}
