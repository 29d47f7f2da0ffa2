using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Braze;

/// <summary>What is sent to users/track: an object per row, and errors by the object's place in its array, as the vendor has it.</summary>
/// <param name="array">The array that the objects are in.</param>
/// <param name="spec">The object.</param>
/// <param name="object">What the sync says of it.</param>
/// <param name="request">What the connector was opened for.</param>
/// <param name="api">Braze.</param>
internal abstract class BrazeTrack(string array, ObjectSpec spec, BrazeObject @object, DestinationRequest request, VendorApi<IBrazeApi> api)
    : ApiDestination<IBrazeApi>(spec, request, api)
{
    /// <summary>Of attributes, events and purchases together.</summary>
    protected const int MostObjects = 75;

    private static readonly RowOutcome NotNamed = RowOutcome.Unknown(OutcomeCodes.NoResult, "Braze told of errors without saying which rows they are about");

    /// <summary>The field that says whose an object is.</summary>
    public static FieldSpec IdField(BrazeObject @object) => new(@object.IdField, "What users are known by.")
    {
        Rule = TypeRule.Text,
        Identifies = true,
        Aliases = @object.Id is BrazeId.ExternalId ? ["customer_id", "user_id", "id"] : [],
    };

    /// <inheritdoc/>
    protected override ValueTask LookAsync(CancellationToken cancellationToken) => BrazeAccess.LookAsync(Api, (braze, body, token) => braze.TrackAsync(body, token), cancellationToken);

    /// <inheritdoc/>
    protected override ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken) => Api.SendAsync(
        batch, ColumnarContent.Json(writer => Write(writer, batch)), (braze, body, token) => braze.TrackAsync(body, token),
        // Where no object was good, the status is that of a request that is wrong as a whole.
        answer => (int)answer.Status == 400 && Refused(batch, answer) is { } all && all.Count == batch.Count ? Report(batch, all) : null,
        answer => Report(batch, Refused(batch, answer)), cancellationToken);

    /// <summary>Writes what an object has besides the user.</summary>
    protected abstract void WriteRow(Utf8JsonWriter writer, ChangeBatch batch, int row, IReadOnlyList<FieldColumn> fields);

    private void Write(Utf8JsonWriter writer, ChangeBatch batch)
    {
        var id = batch.Fields.First(field => field.Name == @object.IdField);
        FieldColumn[] others = [.. batch.Fields.Where(field => field != id)];
        writer.WriteStartObject();
        writer.WriteStartArray(array);
        for (var row = 0; row < batch.Count; row++)
        {
            writer.WriteStartObject();
            writer.WriteString(id.Name, id.Text(row));
            WriteRow(writer, batch, row, others);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static DeliveryReport Report(ChangeBatch batch, Dictionary<int, RowOutcome>? refused) =>
        refused is null ? DeliveryReport.All(batch, NotNamed) : DeliveryReport.All(batch, RowOutcome.Accepted).WithUnsent(batch, refused);

    /// <summary>The rows that Braze refused; null where it does not say which.</summary>
    private Dictionary<int, RowOutcome>? Refused(ChangeBatch batch, HttpAnswer answer)
    {
        var refused = new Dictionary<int, RowOutcome>();
        foreach (var error in answer.Json()?.Items("errors") ?? [])
        {
            if (error.Number("index") is not { } at || at < 0 || at >= batch.Count)
                return null;
            refused[(int)at] = RowOutcome.Rejected("invalid", Api.Redactor.Clean(error.Text("type") ?? "refused"));
        }

        return refused;
    }
}
