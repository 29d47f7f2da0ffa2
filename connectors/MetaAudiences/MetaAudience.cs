using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.MetaAudiences;

/// <summary>One customer-list audience: people by hashes, with the values that the kit has shaped.</summary>
internal sealed class MetaAudience : ApiDestination<IMetaApi>
{
    // Of fewer people than that Meta tells no number.
    private const int LeastCount = 1000;
    private const string Uploading = "uploading";
    private const string Over = "over";

    private readonly MetaOptions _options;
    private readonly MetaObject _object;
    private readonly NamedObject _audience;
    private readonly MetaSession _session;
    private readonly StoredJob _patience;

    public MetaAudience(MetaOptions options, MetaObject @object, DestinationRequest request, VendorApi<IMetaApi> api)
        : base(Describe(@object), request, api)
    {
        (_options, _object) = (options, @object);
        _session = new MetaSession(request);
        _patience = new StoredJob(request.Memory, request.Time) { Patience = TimeSpan.FromMinutes(5) };
        _audience = new NamedObject(request.Memory, "audience", @object.Audience, FindAsync, @object.Create ? MakeAsync : null);
    }

    public static ObjectSpec Describe(MetaObject @object) => new()
    {
        Name = "audience",
        Summary = "A customer-list audience. Meta tells how many entries it took, not which people they matched.",
        Example = "{ audience: \"VIP customers\", create: true }",
        Modes = [SyncMode.Mirror, SyncMode.Upsert, SyncMode.Delete],
        Fields = MetaFields.All,
        OneOf = [.. MetaFields.All.Where(field => field.Identifies).Select(field => field.Name)],
        CountryField = "COUNTRY",
        Country = @object.Country,
        MaxBatchRows = 10_000,
        Concurrency = 2,
        UnsafeToRepeat = [],
        Replaces = true,
        Reports = Reporting.Counts,
    };

    /// <inheritdoc/>
    protected override ValueTask LookAsync(CancellationToken cancellationToken) => _audience.CheckAsync(ExistsAsync, cancellationToken);

    /// <inheritdoc/>
    protected override async ValueTask<long?> MeasureAsync(CancellationToken cancellationToken)
    {
        if (await _audience.FindIdAsync(cancellationToken) is not { } audience)
            return 0;
        var answer = await Api.AskAsync((meta, token) => meta.CountAsync(_options.ApiVersion, audience, token), cancellationToken);
        return answer.Json()?.Number("approximate_count_upper_bound") is > LeastCount and var count ? (long)count : null;
    }

    /// <inheritdoc/>
    protected override async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var audience = await _audience.IdAsync(cancellationToken);
        if (batch.Replacement is { } replacement)
        {
            return await ClosedAsync(batch, audience, replacement, cancellationToken)
                ?? await _session.SendAsync(batch, turn => ReplaceAsync(batch, audience, turn, cancellationToken), cancellationToken);
        }

        var isRemoval = batch.Operation is Operation.Remove;
        var body = ColumnarContent.Json(writer => Write(writer, batch, isRemoval ? batch.Identifiers : batch.Fields, null));
        return await Api.SendAsync(batch, body, (meta, content, token) => isRemoval
            ? meta.RemoveAsync(_options.ApiVersion, audience, content, token)
            : meta.AddAsync(_options.ApiVersion, audience, content, token), answer => Read(batch, answer), cancellationToken);
    }

    private ValueTask<DeliveryReport> ReplaceAsync(ChangeBatch batch, string audience, MetaTurn turn, CancellationToken cancellationToken) => Api.SendAsync(
        batch, ColumnarContent.Json(writer => Write(writer, batch, batch.Fields, turn)),
        (meta, body, token) => meta.ReplaceAsync(_options.ApiVersion, audience, body, token), answer => Read(batch, answer), cancellationToken);

    /// <summary>
    /// What there is to say of the request that closes a session without sending it: null where all rows are in. Sent to a session that has
    /// lost some, it would leave an audience of the others.
    /// </summary>
    private async ValueTask<DeliveryReport?> ClosedAsync(ChangeBatch batch, string audience, Replacement replacement, CancellationToken cancellationToken)
    {
        if (replacement.Closing is not { } accepted)
            return null;
        var id = $"{MetaSession.IdOf(replacement)}";
        var stage = await _patience.WaitAsync(async token =>
        {
            var answer = await Api.AskAsync((meta, inner) => meta.SessionsAsync(_options.ApiVersion, audience, id, inner), token);
            var session = (answer.Json() ?? default).Items("data").FirstOrDefault(session => session.Text("session_id") == id);
            if (session.Number("num_received") >= accepted)
                return session.Text("stage") ?? Uploading;
            return await _session.IsOverAsync(replacement, token) ? Over : null;
        }, cancellationToken);
        return stage switch
        {
            Uploading => null,
            Over => ReplacementNote.Ended(batch, "Meta's session is over or gone, and did not have all rows"),
            null => DeliveryReport.All(batch, RowOutcome.Unknown(OutcomeCodes.StillProcessing, $"Meta's session does not have all {accepted:N0} rows yet")),
            // The last request was taken before.
            _ => DeliveryReport.All(batch, RowOutcome.AcceptedUnattributed),
        };
    }

    private static void Write(Utf8JsonWriter writer, ChangeBatch batch, IReadOnlyList<FieldColumn> columns, MetaTurn? turn)
    {
        writer.WriteStartObject();
        if (turn is not null)
        {
            writer.WriteStartObject("session");
            writer.WriteNumber("session_id", turn.Id);
            writer.WriteNumber("batch_seq", turn.Number);
            writer.WriteBoolean("last_batch_flag", turn.IsLast);
            writer.WriteNumber("estimated_num_total", turn.Rows);
            writer.WriteEndObject();
        }

        writer.WriteStartObject("payload");
        writer.WriteStartArray("schema");
        foreach (var column in columns)
            writer.WriteStringValue(column.Name);
        writer.WriteEndArray();
        writer.WriteStartArray("data");
        for (var row = 0; row < batch.Count; row++)
        {
            writer.WriteStartArray();
            foreach (var column in columns)
            {
                if (column.IsNull(row))
                    writer.WriteStringValue("");
                else
                    column.WriteValue(writer, row);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static DeliveryReport Read(ChangeBatch batch, HttpAnswer answer)
    {
        var body = answer.Json() ?? default;
        return DeliveryReport.All(batch, RowOutcome.AcceptedUnattributed).With(new Dictionary<string, long>
        {
            ["num_received"] = (long)(body.Number("num_received") ?? 0),
            ["num_invalid_entries"] = (long)(body.Number("num_invalid_entries") ?? 0),
        });
    }

    private ValueTask<string?> FindAsync(CancellationToken cancellationToken) => Api
        .ItemsAsync("data", (meta, after, token) => meta.ListAsync(_options.ApiVersion, _options.AdAccountId, after, token),
            page => page.Text("paging", "next") is null ? null : page.Text("paging", "cursors", "after"), cancellationToken)
        .Where(audience => audience.Text("name") == _object.Audience).Select(audience => audience.Text("id")).FirstOrDefaultAsync(cancellationToken);

    private async ValueTask<string> MakeAsync(CancellationToken cancellationToken)
    {
        var audience = new Dictionary<string, string> { ["name"] = _object.Audience, ["subtype"] = "CUSTOM", ["customer_file_source"] = "USER_PROVIDED_ONLY" };
        var answer = await Api.AskAsync(audience, (meta, body, token) => meta.CreateAsync(_options.ApiVersion, _options.AdAccountId, body, token), cancellationToken);
        return answer.Json()?.Text("id") ?? throw new DestinationException("Meta made the audience and gave no id for it; run the sync again");
    }

    private async ValueTask<bool> ExistsAsync(string audience, CancellationToken cancellationToken)
    {
        var answer = await Api.TryAskAsync((meta, token) => meta.GetAsync(_options.ApiVersion, audience, token), cancellationToken);
        var isGone = answer.Json()?.Get("error") is { } error && error.Text("code") == "100";
        return !isGone && Api.Taken(answer).Json() is not null;
    }
}
