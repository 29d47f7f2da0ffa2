using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Iterable;

/// <summary>What is sent in bulk: an item for each row, and an answer that names those that failed by address or user id.</summary>
internal abstract class IterableRows(ObjectSpec spec, IterableObject @object, DestinationRequest request, VendorApi<IIterableApi> api)
    : ApiDestination<IIterableApi>(spec, request, api)
{
    private static readonly (string Ending, string Field)[] Kinds = [("Emails", "email"), ("UserIds", "userId")];

    private static readonly Dictionary<string, string> Meanings = new(StringComparer.Ordinal)
    {
        ["invalid"] = "the address or user id is no good",
        ["notFound"] = "there is no such user",
        ["invalidData"] = "a value is of another type than its field has in Iterable, whose types never change: bring the column to that type, or map it to a new field",
        ["conflict"] = "another user has this address or user id",
        ["forgotten"] = "the user was erased, and Iterable takes nothing more of them",
    };

    /// <summary>The name of the field that says whose a row is.</summary>
    protected string IdName => @object.IdField;

    /// <summary>The field that says whose a row is.</summary>
    public static FieldSpec IdField(IterableObject @object) => new(@object.IdField, "What users are known by.")
    {
        Rule = TypeRule.Text,
        Required = true,
        Identifies = true,
        Aliases = @object.Id is IterableId.Email ? ["mail", "email_address"] : ["customer_id", "user_id"],
    };

    /// <inheritdoc/>
    protected override async ValueTask LookAsync(CancellationToken cancellationToken) => await Api.AskAsync((iterable, token) => iterable.ListsAsync(token), cancellationToken);

    /// <summary>Sends the rows of a batch.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="address">The address of the request below api.</param>
    /// <param name="items">Where the items stand.</param>
    /// <param name="write">Writes what an item has besides the user.</param>
    /// <param name="beside">Writes what stands before the items.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    protected ValueTask<DeliveryReport> BulkAsync(ChangeBatch batch, (string Subject, string Action) address, string items,
        Action<Utf8JsonWriter, int> write, Action<Utf8JsonWriter>? beside, CancellationToken cancellationToken)
    {
        var id = IdOf(batch);
        var body = ColumnarContent.Json(writer =>
        {
            writer.WriteStartObject();
            beside?.Invoke(writer);
            writer.WriteStartArray(items);
            for (var row = 0; row < batch.Count; row++)
            {
                writer.WriteStartObject();
                writer.WriteString(id.Name, id.Text(row));
                if (@object.Id is IterableId.UserId && items != "events")
                    writer.WriteBoolean("preferUserId", true);
                write(writer, row);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
        return Api.SendAsync(batch, body, (iterable, content, token) => iterable.BulkAsync(address.Subject, address.Action, content, token), answer => Read(batch, answer), cancellationToken);
    }

    /// <summary>The column that says whose a row is.</summary>
    protected FieldColumn IdOf(ChangeBatch batch) => (batch.Operation is Operation.Remove ? batch.Identifiers : batch.Fields).First(column => column.Name == IdName);

    /// <summary>Writes fields of a row as data of the user or the event.</summary>
    protected static void Data(Utf8JsonWriter writer, IReadOnlyList<FieldColumn> columns, int row)
    {
        writer.WritePropertyName("dataFields");
        ChangeBatch.WriteObject(writer, columns, row);
    }

    private DeliveryReport Read(ChangeBatch batch, HttpAnswer answer)
    {
        var body = answer.Json() ?? default;
        var refusals = new NamedRefusals(batch);
        foreach (var (code, field, value) in Failures(body))
        {
            var refusal = RowOutcome.Rejected(code, Meanings.GetValueOrDefault(code, $"Iterable refused the row: {code}"));
            refusals.Add(field, value, code == "notFound" && batch.Operation is Operation.Remove
                ? RowOutcome.Accepted
                : refusal with { Due = code == "forgotten" ? RowOutcome.Never : null });
        }

        var failed = body.Number("successCount") is null ? double.PositiveInfinity : body.Number("failCount") ?? 0;
        return refusals.Build(failed, RowOutcome.Unknown(OutcomeCodes.NoResult, answer.Describe(Api.Redactor))).WithUnsent(batch, Dropped(batch, body));
    }

    /// <summary>Rows with fields that the project does not have and may not make: Iterable takes the rows without them.</summary>
    private static Dictionary<int, RowOutcome> Dropped(ChangeBatch batch, JsonElement body)
    {
        var dropped = body.Items("filteredOutFields").Select(name => name.ToString()).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(0, batch.Count)
            .Select(row => (Row: row, Names: batch.Fields.Where(column => dropped.Contains(column.Name) && !column.IsNull(row) && !column.IsLeftOut(row)).Select(column => column.Name).ToList()))
            .Where(found => found.Names.Count > 0)
            .ToDictionary(found => found.Row, found => RowOutcome.Rejected("filtered_out", $"Iterable dropped the fields {string.Join(", ", found.Names)}, which the project does not have: make them there, or take them off the map"));
    }

    // {"failedUpdates":{"invalidEmails":[...],"notFoundUserIds":[...]}}; the first two kinds stand beside it too.
    private static IEnumerable<(string Code, string Field, string Value)> Failures(JsonElement body) =>
        from holder in new[] { body, body.Get("failedUpdates") ?? default }
        where holder.ValueKind is JsonValueKind.Object
        from list in holder.EnumerateObject()
        where list.Value.ValueKind is JsonValueKind.Array
        from kind in Kinds.Where(kind => list.Name.EndsWith(kind.Ending, StringComparison.Ordinal))
        from value in list.Value.EnumerateArray()
        select (list.Name[..^kind.Ending.Length], kind.Field, value.ToString());
}
