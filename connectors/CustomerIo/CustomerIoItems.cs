using System.Buffers;
using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.CustomerIo;

/// <summary>What is sent by the batch endpoint: an item per row, and errors by the item's place in the batch, as the vendor's contract has it.</summary>
internal abstract class CustomerIoItems(ObjectSpec spec, CustomerIoObject @object, DestinationRequest request, VendorApi<ICustomerIoApi> api)
    : ApiDestination<ICustomerIoApi>(spec, request, api)
{
    private const int MostItemBytes = 32 * 1024;

    private static readonly RowOutcome TooLarge = RowOutcome.Rejected(OutcomeCodes.TooLarge, "the row has more than 32 KB, which Customer.io does not take");
    private static readonly RowOutcome NotNamed = RowOutcome.Unknown(OutcomeCodes.NoResult, "Customer.io answered 207 without saying which rows it refused");

    /// <summary>The field that says whose an item is.</summary>
    public static FieldSpec IdField(CustomerIoObject @object) =>
        new(@object.IdField, "What people are known by.") { Rule = TypeRule.Text, Identifies = true, Aliases = @object.Id is CustomerIoId.Id ? ["customer_id", "user_id"] : [] };

    /// <inheritdoc/>
    protected override async ValueTask LookAsync(CancellationToken cancellationToken) =>
        await Api.AskAsync((customerIo, token) => customerIo.RegionAsync(token), cancellationToken);

    /// <inheritdoc/>
    protected override async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var (sent, unsent) = (new List<int>(batch.Count), new Dictionary<int, RowOutcome>());
        var body = ColumnarContent.Json(writer => Write(writer, batch, sent, unsent));
        if (sent.Count == 0)
        {
            body.Dispose();
            return DeliveryReport.All(batch, TooLarge);
        }

        var report = await Api.SendAsync(batch, body, (customerIo, content, token) => customerIo.BatchAsync(content, token), answer => Read(batch, sent, answer), cancellationToken);
        return report.WithUnsent(batch, unsent);
    }

    /// <summary>A field that is no attribute; null where there is none.</summary>
    protected virtual string? Apart => null;

    /// <summary>Writes what an item has besides the person: <c>action</c> and what belongs to it.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="row">The row.</param>
    /// <param name="attributes">Its attributes.</param>
    protected abstract void WriteAction(Utf8JsonWriter writer, ChangeBatch batch, int row, IReadOnlyList<FieldColumn> attributes);

    private void Write(Utf8JsonWriter writer, ChangeBatch batch, List<int> sent, Dictionary<int, RowOutcome> unsent)
    {
        var columns = batch.Operation is Operation.Remove ? batch.Identifiers : batch.Fields;
        var id = columns.First(column => column.Name == @object.IdField);
        FieldColumn[] attributes = [.. columns.Where(column => column != id && column.Name != Apart)];
        var bytes = new ArrayBufferWriter<byte>(MostItemBytes);
        using var item = new Utf8JsonWriter(bytes, JsonText.Body);
        writer.WriteStartObject();
        writer.WriteStartArray("batch");
        for (var row = 0; row < batch.Count; row++)
        {
            bytes.ResetWrittenCount();
            item.Reset();
            item.WriteStartObject();
            item.WriteString("type", "person");
            item.WriteStartObject("identifiers");
            item.WritePropertyName(id.Name);
            id.WriteValue(item, row);
            item.WriteEndObject();
            WriteAction(item, batch, row, attributes);
            item.WriteEndObject();
            item.Flush();
            if (bytes.WrittenCount >= MostItemBytes)
            {
                unsent[row] = TooLarge;
                continue;
            }

            sent.Add(row);
            writer.WriteRawValue(bytes.WrittenSpan, skipInputValidation: true);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private DeliveryReport Read(ChangeBatch batch, List<int> sent, HttpAnswer answer)
    {
        if ((int)answer.Status != 207)
            return DeliveryReport.All(batch, RowOutcome.Accepted);
        var refused = new Dictionary<int, RowOutcome>();
        var isClear = false;
        foreach (var error in answer.Json()?.Items("errors") ?? [])
        {
            isClear = error.Number("batch_index") is { } at && at >= 0 && at < sent.Count;
            if (!isClear)
                break;
            refused[sent[(int)error.Number("batch_index")!]] = RowOutcome.Rejected(
                Api.Redactor.Clean(error.Text("reason") ?? "error"), Api.Redactor.Clean($"{error.Text("field")}: {error.Text("message")}"));
        }

        return DeliveryReport.All(batch, isClear ? RowOutcome.Accepted : NotNamed).WithUnsent(batch, refused);
    }
}
