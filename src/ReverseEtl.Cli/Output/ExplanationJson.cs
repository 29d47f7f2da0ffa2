using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;

namespace ReverseEtl.Cli.Output;

/// <summary>An explanation for programs.</summary>
internal static class ExplanationJson
{
    public static void Write(Explanation row) => Json.Write(writer =>
    {
        writer.WriteString("sync", row.Sync);
        writer.WriteString("key", row.Key);
        writer.WriteBoolean("known", row.IsKnown);
        writer.WriteString("unavailable", row.Unavailable);
        Write(writer, "in_model", row.State?.ModelRows is { } rows ? rows > 0 : null);
        WriteFields(writer, "fields", row.State?.Fields);
        Write(writer, "told", row.State?.IsTold);
        WriteObject(writer, "member", row.Since, since =>
        {
            writer.WriteBoolean("in", !since.IsRemoval);
            writer.WriteString("since", since.At.UtcDateTime);
            writer.WriteString("run_id", since.RunId);
        });
        WriteEntry(writer, "last_sent", row.LastSent);
        WriteFields(writer, "sent_columns", row.SentColumns);
        WriteFields(writer, "sent_fields", row.SentFields);
        WriteEntry(writer, "last_answer", row.Latest);
        WriteObject(writer, "refused", row.State?.Refused, refused =>
        {
            writer.WriteNumber("attempts", refused.Attempts);
            if (refused.Due is { } due)
                writer.WriteString("due", due.UtcDateTime);
            else
                writer.WriteNull("due");
            writer.WriteBoolean("waiting", row.State!.IsWaiting);
        });
        writer.WriteString("held", row.State?.Held?.ToString().ToLowerInvariant());
        writer.WriteString("quarantined", row.State?.Quarantined);
        writer.WriteString("next", row.NextWord);
        if (row.Changes is { } changes)
            writer.WriteList("changes", changes, change => Write(writer, change));
        else
            writer.WriteNull("changes");
        writer.WriteString("guard", row.LastRun is { Status: RunStatus.Stopped } stopped ? stopped.Guard : null);
        writer.WriteString("open_run", row.OpenRun);
    });

    private static void Write(Utf8JsonWriter writer, (FieldColumn New, FieldColumn? Old) change)
    {
        writer.WriteString("field", change.New.Name);
        writer.WritePropertyName("old");
        if (change.Old is { } old)
            old.WriteValue(writer, 0);
        else
            writer.WriteNullValue();
        writer.WritePropertyName("new");
        change.New.WriteValue(writer, 0);
    }

    private static void WriteEntry(Utf8JsonWriter writer, string name, HistoryEntry? entry) => WriteObject(writer, name, entry, told =>
    {
        writer.WriteString("at", told.At.UtcDateTime);
        writer.WriteString("run_id", told.RunId);
        writer.WriteString("kind", told.Kind);
        writer.WriteString("outcome", told.Outcome);
        writer.WriteString("code", told.Code);
        writer.WriteString("message", told.Message);
    });

    private static void WriteFields(Utf8JsonWriter writer, string name, IReadOnlyList<FieldColumn>? fields)
    {
        writer.WritePropertyName(name);
        if (fields is { Count: > 0 })
            ChangeBatch.WriteObject(writer, fields, 0);
        else
            writer.WriteNullValue();
    }

    private static void WriteObject<T>(Utf8JsonWriter writer, string name, T? value, Action<T> properties)
        where T : class
    {
        writer.WritePropertyName(name);
        if (value is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        properties(value);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, bool? value)
    {
        if (value is { } known)
            writer.WriteBoolean(name, known);
        else
            writer.WriteNull(name);
    }
}
