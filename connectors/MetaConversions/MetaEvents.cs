using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.MetaConversions;

/// <summary>Events of a dataset. Meta takes a request or refuses it for one event that is no good, so those it would refuse for their time stay here.</summary>
internal sealed class MetaEvents(MetaConversionsOptions options, MetaConversionsObject @object, DestinationRequest request, VendorApi<IMetaConversionsApi> api)
    : ApiDestination<IMetaConversionsApi>(Describe(@object), request, api)
{
    private const int MostDays = 7;
    private const int MostDaysInStores = 62;
    private const long SecondsOfDay = 86_400;

    private static readonly HashSet<string> Apart = [MetaEventFields.Name, .. MetaEventFields.Event.Select(field => field.Name)];

    private readonly TimeProvider _time = request.Time;
    private readonly EventIds _ids = new(request.Model, @object.Event ?? "", MetaEventFields.Time);
    private readonly string _source = JsonNamingPolicy.SnakeCaseLower.ConvertName(@object.ActionSource.ToString());
    private readonly int _days = @object.ActionSource is MetaActionSource.PhysicalStore ? MostDaysInStores : MostDays;

    public static ObjectSpec Describe(MetaConversionsObject @object) => new()
    {
        Name = "events",
        Summary = "Events of people, for the measuring and aiming of advertisements. Fields of other names become custom_data.",
        Example = "{ event: Purchase, action_source: website }",
        Modes = [SyncMode.Append],
        Fields =
        [
            .. @object.Event is null ? new[] { new FieldSpec(MetaEventFields.Name, "What happened: Purchase, Lead or another.") { Rule = TypeRule.Text, Required = true } } : [],
            .. MetaEventFields.Event, .. MetaEventFields.Person, .. MetaEventFields.Custom,
        ],
        OtherFields = true,
        OneOf = [.. MetaEventFields.Person.Where(field => field.Identifies).Select(field => field.Name)],
        CountryField = MetaEventFields.Country,
        Country = @object.Country,
        MaxBatchRows = 1000,
        Concurrency = 4,
        UnsafeToRepeat = [],
        Reports = Reporting.PerRequest,
    };

    /// <inheritdoc/>
    protected override async ValueTask LookAsync(CancellationToken cancellationToken) =>
        await Api.AskAsync((meta, token) => meta.GetAsync(options.ApiVersion, options.DatasetId, token), cancellationToken);

    /// <inheritdoc/>
    protected override async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var unsent = Untimely(batch);
        if (unsent.Count == batch.Count)
            return DeliveryReport.All(batch, unsent[0]).WithUnsent(batch, unsent);
        var body = ColumnarContent.Json(writer => Write(writer, batch, unsent));
        var report = await Api.SendAsync(batch, body, (meta, content, token) => meta.SendAsync(options.ApiVersion, options.DatasetId, content, token),
            answer => Read(batch, batch.Count - unsent.Count, answer), cancellationToken);
        return report.WithUnsent(batch, unsent);
    }

    /// <summary>Rows that happened too long ago, or not yet: one of them would refuse the whole request.</summary>
    private Dictionary<int, RowOutcome> Untimely(ChangeBatch batch)
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        var times = batch.Fields.First(column => column.Name == MetaEventFields.Time);
        var untimely = new Dictionary<int, RowOutcome>();
        for (var row = 0; row < batch.Count; row++)
        {
            var time = times.Integer(row);
            if (time < now - _days * SecondsOfDay)
                untimely[row] = RowOutcome.RejectedForGood("event_too_old", $"event_time {time} is more than {_days} days ago, which Meta does not take; the row was not sent");
            else if (time > now)
                untimely[row] = RowOutcome.PutOff("event_in_future", $"event_time {time} has not come yet, which Meta does not take; the row is sent when it has", DateTimeOffset.FromUnixTimeSeconds(time));
        }

        return untimely;
    }

    private void Write(Utf8JsonWriter writer, ChangeBatch batch, Dictionary<int, RowOutcome> unsent)
    {
        var person = MetaEventFields.Person.ToDictionary(field => field.Name, field => field.Rule is IHashingRule);
        FieldColumn[] people = [.. batch.Fields.Where(column => person.ContainsKey(column.Name))];
        FieldColumn[] custom = [.. batch.Fields.Where(column => !person.ContainsKey(column.Name) && !Apart.Contains(column.Name))];
        writer.WriteStartObject();
        writer.WriteStartArray("data");
        for (var row = 0; row < batch.Count; row++)
        {
            if (unsent.ContainsKey(row))
                continue;
            writer.WriteStartObject();
            WriteHead(writer, batch, row);
            WriteGroup(writer, "user_data", people, row, column => person[column.Name]);
            WriteGroup(writer, "custom_data", custom, row, _ => false);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (@object.TestEventCode is { } code)
            writer.WriteString("test_event_code", code);
        writer.WriteEndObject();
    }

    private void WriteHead(Utf8JsonWriter writer, ChangeBatch batch, int row)
    {
        if (@object.Event is { } name)
            writer.WriteString(MetaEventFields.Name, name);
        foreach (var column in batch.Fields.Where(column => Apart.Contains(column.Name) && !column.IsNull(row)))
        {
            writer.WritePropertyName(column.Name);
            column.WriteValue(writer, row);
        }

        if (batch.Fields.FirstOrDefault(column => column.Name == MetaEventFields.Id)?.IsNull(row) is not false)
            writer.WriteString(MetaEventFields.Id, _ids.TextOf(batch, row));
        writer.WriteString("action_source", _source);
        if (@object.DataProcessingOptions is not { } processing)
            return;
        writer.WritePropertyName("data_processing_options");
        JsonSerializer.Serialize(writer, processing);
        if (@object.DataProcessingOptionsCountry is { } country)
            writer.WriteNumber("data_processing_options_country", country);
        if (@object.DataProcessingOptionsState is { } state)
            writer.WriteNumber("data_processing_options_state", state);
    }

    // What is not known of an event is left out of it.
    private static void WriteGroup(Utf8JsonWriter writer, string name, FieldColumn[] columns, int row, Func<FieldColumn, bool> isList)
    {
        writer.WriteStartObject(name);
        foreach (var column in columns.Where(column => !column.IsNull(row)))
        {
            writer.WritePropertyName(column.Name);
            if (isList(column))
                writer.WriteStartArray();
            column.WriteValue(writer, row);
            if (isList(column))
                writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static DeliveryReport Read(ChangeBatch batch, int sent, HttpAnswer answer)
    {
        if (answer.Json()?.Number("events_received") is not { } received)
            return DeliveryReport.All(batch, RowOutcome.Unknown(OutcomeCodes.Unreadable, "Meta answered without saying how many events it received"));
        return DeliveryReport.All(batch, received >= sent ? RowOutcome.Accepted : RowOutcome.AcceptedUnattributed)
            .With(new Dictionary<string, long> { ["events_received"] = (long)received });
    }
}
