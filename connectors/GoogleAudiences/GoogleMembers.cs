using System.Text.Json;
using ReverseEtl.Connectors.Google;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Connectors.GoogleAudiences;

/// <summary>Writes the members of a request; their values have been normalised and hashed.</summary>
internal static class GoogleMembers
{
    public static void Write(Utf8JsonWriter writer, ChangeBatch batch)
    {
        var columns = (batch.Operation is Operation.Remove ? batch.Identifiers : batch.Fields).ToDictionary(column => column.Name);
        writer.WriteStartArray("audienceMembers");
        for (var row = 0; row < batch.Count; row++)
        {
            writer.WriteStartObject();
            if (columns.TryGetValue(GoogleFields.MobileId, out var mobileId))
                WriteMobileId(writer, mobileId, row);
            else if (columns.TryGetValue(GoogleFields.UserId, out var userId))
                WriteUserId(writer, userId, row);
            else
                GoogleUser.Write(writer, columns, row);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteUserId(Utf8JsonWriter writer, FieldColumn column, int row)
    {
        writer.WriteStartObject("userIdData");
        writer.WriteString("userId", column.Utf8(row));
        writer.WriteEndObject();
    }

    private static void WriteMobileId(Utf8JsonWriter writer, FieldColumn column, int row)
    {
        writer.WriteStartObject("mobileData");
        writer.WriteStartArray("mobileIds");
        writer.WriteStringValue(column.Utf8(row));
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
