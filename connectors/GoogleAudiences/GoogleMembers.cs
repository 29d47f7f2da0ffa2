using System.Text.Json;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Connectors.GoogleAudiences;

/// <summary>Writes the members of a request; their values have been normalised and hashed.</summary>
internal static class GoogleMembers
{
    public static void Write(Utf8JsonWriter writer, ChangeBatch batch)
    {
        var columns = (batch.Operation is Operation.Remove ? batch.Identifiers : batch.Fields).ToDictionary(column => column.Name);
        var address = GoogleFields.Address.Select(field => columns.GetValueOrDefault(field.Column)).OfType<FieldColumn>().ToArray();
        writer.WriteStartArray("audienceMembers");
        for (var row = 0; row < batch.Count; row++)
        {
            writer.WriteStartObject();
            if (columns.TryGetValue(GoogleFields.MobileId, out var mobileId))
                WriteIds(writer, "mobileData", "mobileIds", mobileId, row);
            else if (columns.TryGetValue(GoogleFields.UserId, out var userId))
                WriteId(writer, "userIdData", "userId", userId, row);
            else
                WriteUserData(writer, columns, address, row);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteUserData(Utf8JsonWriter writer, Dictionary<string, FieldColumn> columns, FieldColumn[] address, int row)
    {
        writer.WriteStartObject("userData");
        writer.WriteStartArray("userIdentifiers");
        foreach (var (column, name) in GoogleFields.Contact)
        {
            if (columns.TryGetValue(column, out var contact) && !contact.IsNull(row))
                WriteId(writer, null, name, contact, row);
        }

        if (address.Length == GoogleFields.Address.Count && address.All(part => !part.IsNull(row)))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("address");
            for (var part = 0; part < address.Length; part++)
                writer.WriteString(GoogleFields.Address[part].Name, address[part].Utf8(row));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteId(Utf8JsonWriter writer, string? holder, string name, FieldColumn column, int row)
    {
        if (holder is null)
            writer.WriteStartObject();
        else
            writer.WriteStartObject(holder);
        writer.WriteString(name, column.Utf8(row));
        writer.WriteEndObject();
    }

    private static void WriteIds(Utf8JsonWriter writer, string holder, string name, FieldColumn column, int row)
    {
        writer.WriteStartObject(holder);
        writer.WriteStartArray(name);
        writer.WriteStringValue(column.Utf8(row));
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
