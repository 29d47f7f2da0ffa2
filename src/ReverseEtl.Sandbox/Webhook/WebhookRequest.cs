using System.Text.Json;

namespace ReverseEtl.Sandbox.Webhook;

/// <summary>A row.</summary>
/// <param name="Key">The key.</param>
/// <param name="Content">The fields, or for a removal the identifiers: an object.</param>
internal readonly record struct RequestRow(RawJson Key, RawJson Content);

/// <summary>A body taken apart, as the connector's README describes it.</summary>
internal sealed class WebhookRequest
{
    private static readonly HashSet<string> Operations = ["upsert", "update", "insert", "append", "remove"];
    private static readonly HashSet<string> Removals = ["delete", "archive", "clear"];
    private const int UsualRows = 1000;

    private readonly List<RequestRow> _rows = new(UsualRows);

    private readonly List<string> _clear = [];

    private WebhookRequest(RawJson body) => Body = body;

    public string Id { get; private set; } = "";

    public string Operation { get; private set; } = "";

    /// <summary>What is asked of removed rows, or nothing where they are just removed.</summary>
    public string OnRemoved { get; private set; } = "";

    /// <summary>The fields that are emptied of a row that is removed.</summary>
    public IReadOnlyList<string> Clear => _clear;

    public RawJson Body { get; }

    public IReadOnlyList<RequestRow> Rows => _rows;

    public bool HasKey(string key) => _rows.Exists(row => row.Key.Text == key);

    /// <exception cref="JsonException">The body is not as agreed; the message says where.</exception>
    public static WebhookRequest Parse(RawJson body)
    {
        var request = new WebhookRequest(body);
        var reader = new Utf8JsonReader(body.Span);
        Expect(reader.Read() && reader.TokenType is JsonTokenType.StartObject, "the body must be an object");
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            request.ReadProperty(ref reader);
        while (reader.Read())
        {
        }

        Expect(request.Id.Length > 0, "id is missing");
        Expect(Operations.Contains(request.Operation), "operation must be upsert, update, insert, append or remove");
        Expect(request.Rows.Count > 0, "rows is missing or empty");
        Expect(request.OnRemoved.Length == 0 || request.Operation == "remove", "on_removed is for remove");
        Expect(request.Clear.Count > 0 == (request.OnRemoved == "clear"), "clear names the fields to empty, with on_removed clear");
        return request;
    }

    private void ReadProperty(ref Utf8JsonReader reader)
    {
        var name = reader.GetString();
        reader.Read();
        switch (name)
        {
            case "id":
                Id = reader.GetString() ?? "";
                break;
            case "operation":
                Operation = reader.GetString() ?? "";
                break;
            case "on_removed":
                OnRemoved = reader.GetString() ?? "";
                Expect(Removals.Contains(OnRemoved), "on_removed must be delete, archive or clear");
                break;
            case "clear":
                Expect(reader.TokenType is JsonTokenType.StartArray, "clear must be an array");
                while (reader.Read() && reader.TokenType is JsonTokenType.String)
                    _clear.Add(reader.GetString()!);
                break;
            case "sync" or "model":
                Expect(reader.TokenType is JsonTokenType.String, $"{name} must be a string");
                break;
            case "rows":
                Expect(reader.TokenType is JsonTokenType.StartArray, "rows must be an array");
                while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
                    ReadRow(ref reader);
                break;
            default:
                throw new JsonException($"{name} is not part of the contract");
        }
    }

    private void ReadRow(ref Utf8JsonReader reader)
    {
        Expect(reader.TokenType is JsonTokenType.StartObject, "a row must be an object");
        RawJson? key = null, content = null;
        var changed = false;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("key"u8))
                key = Value(ref reader);
            else if (reader.ValueTextEquals("fields"u8) || reader.ValueTextEquals("identifiers"u8))
                content = Value(ref reader);
            else if (reader.ValueTextEquals("change"u8))
                changed = reader.Read() && IsChange(ref reader);
            else
                throw new JsonException($"row {_rows.Count}: {reader.GetString()} is not part of the contract");
        }

        if (key is null || content is null || !changed || content.Value.Span[0] != '{')
            throw new JsonException($"row {_rows.Count} must have a key, a change, and an object fields or identifiers");
        _rows.Add(new RequestRow(key.Value, content.Value));
    }

    private RawJson Value(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return Body.Slice(start, (int)reader.BytesConsumed - start);
    }

    private static bool IsChange(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("added"u8) || reader.ValueTextEquals("changed"u8) || reader.ValueTextEquals("removed"u8);

    private static void Expect(bool condition, string message)
    {
        if (!condition)
            throw new JsonException(message);
    }
}
