using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Connectors.Webhook;

/// <summary>The body of a request; README.md describes it for receivers.</summary>
internal static class WebhookBody
{
    private static readonly JsonEncodedText Key = JsonEncodedText.Encode("key");
    private static readonly JsonEncodedText Change = JsonEncodedText.Encode("change");
    private static readonly JsonEncodedText Added = JsonEncodedText.Encode("added");
    private static readonly JsonEncodedText Changed = JsonEncodedText.Encode("changed");
    private static readonly JsonEncodedText Removed = JsonEncodedText.Encode("removed");
    private static readonly JsonEncodedText Fields = JsonEncodedText.Encode("fields");
    private static readonly JsonEncodedText Identifiers = JsonEncodedText.Encode("identifiers");

    public static void Write(Utf8JsonWriter writer, ChangeBatch batch, DestinationRequest request)
    {
        writer.WriteStartObject();
        writer.WriteString("id", batch.Id);
        writer.WriteString("sync", request.Sync);
        writer.WriteString("model", request.Model);
        writer.WriteString("operation", NameOf(batch.Operation));
        if (batch.Operation is Operation.Remove && request.OnRemoved is not Removal.Remove)
            WriteRemoval(writer, request);
        writer.WriteStartArray("rows");
        for (var row = 0; row < batch.Count; row++)
            WriteRow(writer, batch, row);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteRemoval(Utf8JsonWriter writer, DestinationRequest request)
    {
        writer.WriteString("on_removed", request.OnRemoved.ToString().ToLowerInvariant());
        if (request.OnRemoved is not Removal.Clear)
            return;
        writer.WriteStartArray("clear");
        foreach (var field in request.Fields)
            writer.WriteStringValue(field);
        writer.WriteEndArray();
    }

    private static void WriteRow(Utf8JsonWriter writer, ChangeBatch batch, int row)
    {
        writer.WriteStartObject();
        writer.WritePropertyName(Key);
        WriteKey(writer, batch.Key, row);
        writer.WriteString(Change, NameOf(batch.Kind(row), batch.Operation));
        var isRemoval = batch.Operation is Operation.Remove;
        writer.WritePropertyName(isRemoval ? Identifiers : Fields);
        ChangeBatch.WriteObject(writer, isRemoval ? batch.Identifiers : batch.Fields, row);
        writer.WriteEndObject();
    }

    private static void WriteKey(Utf8JsonWriter writer, IReadOnlyList<FieldColumn> key, int row)
    {
        if (key.Count == 1)
        {
            key[0].WriteValue(writer, row);
            return;
        }

        writer.WriteStartArray();
        foreach (var column in key)
            column.WriteValue(writer, row);
        writer.WriteEndArray();
    }

    private static string NameOf(Operation operation) => operation switch
    {
        Operation.Upsert => "upsert",
        Operation.Update => "update",
        Operation.Insert => "insert",
        Operation.Append => "append",
        Operation.Remove => "remove",
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
    };

    private static JsonEncodedText NameOf(ChangeKind kind, Operation operation) => kind switch
    {
        ChangeKind.Add => Added,
        ChangeKind.Change or ChangeKind.Resend => Changed,
        ChangeKind.Remove => Removed,
        ChangeKind.Replace => operation is Operation.Remove ? Removed : Changed,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
