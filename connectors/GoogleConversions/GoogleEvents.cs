using System.Globalization;
using System.Text.Json;
using ReverseEtl.Connectors.Google;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.GoogleConversions;

/// <summary>Events of one conversion action. What is not known of an event is left out of it.</summary>
internal sealed class GoogleEvents(GoogleOptions options, GoogleConversionsObject @object, DestinationRequest request, VendorApi<IGoogleConversionsApi> api)
    : GoogleDestination<IGoogleConversionsApi>(Describe(@object), options, request, api)
{
    private readonly EventIds _ids = new(request.Model, @object.ConversionAction, GoogleEventFields.Time);
    private readonly TimeProvider _time = request.Time;
    private readonly string? _source = @object.EventSource is { } source ? JsonNamingPolicy.SnakeCaseUpper.ConvertName(source.ToString()) : null;

    public static ObjectSpec Describe(GoogleConversionsObject @object) => new()
    {
        Name = "events",
        Summary = "Conversions of people who came by an advertisement. Fields of other names become custom variables.",
        Example = "{ conversion_action: \"987654321\", event_source: web }",
        Modes = [SyncMode.Append],
        Fields = GoogleEventFields.All,
        OtherFields = true,
        OneOf = GoogleEventFields.Identifiers,
        CountryField = GoogleUser.Region,
        Country = @object.Country,
        MaxBatchRows = 2000,
        // Most of a batch's time goes by waiting for Google.
        Concurrency = 8,
        LookUps = 2,
        UnsafeToRepeat = [],
        Reports = Reporting.Counts,
    };

    /// <inheritdoc/>
    protected override async ValueTask LookAsync(CancellationToken cancellationToken) =>
        await Api.AskAsync(Rehearsal(), (google, body, token) => google.EventsAsync(body, token), cancellationToken);

    /// <inheritdoc/>
    protected override ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken) =>
        TakeAsync(batch, ColumnarContent.Json(writer => Write(writer, batch)), (google, body, token) => google.EventsAsync(body, token), cancellationToken);

    // An event of nobody, which is not even carried out: but Google looks whether it could be.
    private Dictionary<string, object> Rehearsal() => new(Head(@object.ConversionAction))
    {
        ["validateOnly"] = true,
        ["events"] = new[]
        {
            new
            {
                EventTimestamp = _time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                TransactionId = "0",
                UserData = new { UserIdentifiers = new[] { new { EmailAddress = new string('0', 64) } } },
            },
        },
    };

    private void Write(Utf8JsonWriter writer, ChangeBatch batch)
    {
        var columns = batch.Fields.ToDictionary(column => column.Name);
        FieldColumn[] variables = [.. batch.Fields.Where(column => GoogleEventFields.All.All(field => field.Name != column.Name))];
        writer.WriteStartObject();
        ColumnarContent.WriteMembers(writer, Head(@object.ConversionAction));
        ColumnarContent.WriteMembers(writer, new { Consent = @object.Consent?.Words });
        writer.WriteStartArray("events");
        for (var row = 0; row < batch.Count; row++)
        {
            writer.WriteStartObject();
            WriteEvent(writer, batch, columns, row);
            if (GoogleUser.Knows(columns, row))
                GoogleUser.Write(writer, columns, row);
            WriteGroup(writer, "adIdentifiers", GoogleEventFields.Clicks, columns, row, column => column.Text(row)!);
            WriteGroup(writer, "consent", GoogleEventFields.Consent, columns, row,
                column => GoogleConsent.Word(column.Boolean(row) ? GoogleAnswer.Granted : GoogleAnswer.Denied)!);
            WriteVariables(writer, [.. variables.Where(column => !column.IsNull(row))], row);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WriteEvent(Utf8JsonWriter writer, ChangeBatch batch, Dictionary<string, FieldColumn> columns, int row)
    {
        writer.WriteString("eventTimestamp", columns[GoogleEventFields.Time].Utf8(row));
        writer.WriteString("transactionId", Known(columns, GoogleEventFields.Id, row)?.Text(row) ?? _ids.TextOf(batch, row));
        if (Known(columns, GoogleEventFields.Value, row) is { } value)
        {
            writer.WritePropertyName("conversionValue");
            value.WriteValue(writer, row);
        }

        if (Known(columns, GoogleEventFields.Currency, row) is { } currency)
            writer.WriteString("currency", currency.Utf8(row));
        if (_source is not null)
            writer.WriteString("eventSource", _source);
    }

    private static void WriteGroup(Utf8JsonWriter writer, string group, IReadOnlyList<(string Column, string Name)> fields,
        Dictionary<string, FieldColumn> columns, int row, Func<FieldColumn, string> text)
    {
        var known = fields.Where(field => Known(columns, field.Column, row) is not null).ToList();
        if (known.Count == 0)
            return;
        writer.WriteStartObject(group);
        foreach (var (column, name) in known)
            writer.WriteString(name, text(columns[column]));
        writer.WriteEndObject();
    }

    private static void WriteVariables(Utf8JsonWriter writer, FieldColumn[] variables, int row)
    {
        if (variables.Length == 0)
            return;
        writer.WriteStartArray("customVariables");
        foreach (var variable in variables)
        {
            writer.WriteStartObject();
            writer.WriteString("variable", variable.Name);
            writer.WriteString("value", variable.Text(row));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static FieldColumn? Known(Dictionary<string, FieldColumn> columns, string name, int row) =>
        columns.TryGetValue(name, out var column) && !column.IsNull(row) ? column : null;
}
