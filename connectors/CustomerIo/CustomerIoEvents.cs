using System.Buffers.Binary;
using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.CustomerIo;

/// <summary>Events of one name. Customer.io takes events with the same id for one, so a repeat does no harm.</summary>
internal sealed class CustomerIoEvents(string name, CustomerIoObject @object, DestinationRequest request, VendorApi<ICustomerIoApi> api)
    : CustomerIoItems(Describe(@object), @object, request, api)
{
    private const string Time = "timestamp";
    private const string Crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private readonly EventIds _ids = new(request.Model, name, Time);

    public static ObjectSpec Describe(CustomerIoObject @object) => new()
    {
        Name = "events",
        Summary = $"Events of a person, known by {@object.IdField}. Whoever is not there yet is made.",
        Example = "{ event: order_completed }",
        Modes = [SyncMode.Append],
        Fields = [IdField(@object), new(Time, "When it happened.") { Rule = TypeRule.UnixSeconds, Aliases = ["occurred_at", "event_time"] }],
        OtherFields = true,
        OneOf = [@object.IdField],
        MaxBatchRows = 500,
        MaxBatchBytes = 300_000,
        Concurrency = 4,
        UnsafeToRepeat = [],
    };

    /// <inheritdoc/>
    protected override string? Apart => Time;

    /// <inheritdoc/>
    protected override void WriteAction(Utf8JsonWriter writer, ChangeBatch batch, int row, IReadOnlyList<FieldColumn> attributes)
    {
        var time = batch.Fields.FirstOrDefault(column => column.Name == Time);
        long? seconds = time is null || time.IsNull(row) ? null : time.Integer(row);
        writer.WriteString("action", "event");
        writer.WriteString("name", name);
        writer.WriteString("id", Ulid(seconds ?? 0, _ids.Of(batch, row)));
        if (seconds is { } known)
            writer.WriteNumber(Time, known);
        writer.WritePropertyName("attributes");
        ChangeBatch.WriteObject(writer, attributes, row);
    }

    /// <summary>48 bits of milliseconds and 80 of a digest, in Crockford's base 32.</summary>
    private static string Ulid(long seconds, byte[] digest)
    {
        var milliseconds = (ulong)Math.Max(seconds, 0) * 1000 & 0xFFFF_FFFF_FFFF;
        var bits = ((UInt128)milliseconds << 80) | (BinaryPrimitives.ReadUInt128BigEndian(digest) >> 48);
        return string.Create(26, bits, (letters, rest) =>
        {
            for (var i = letters.Length - 1; i >= 0; i--, rest >>= 5)
                letters[i] = Crockford[(int)(uint)(rest & 31)];
        });
    }
}
