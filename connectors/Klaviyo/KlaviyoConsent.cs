using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Klaviyo;

/// <summary>
/// Consent to a channel. Klaviyo takes it back everywhere from profiles that are not on the list that is named, so removals need a word of
/// the sync's own.
/// </summary>
internal sealed class KlaviyoConsent(KlaviyoChannel channel, KlaviyoObject @object, DestinationRequest request, VendorApi<IKlaviyoApi> api)
    : ApiDestination<IKlaviyoApi>(Describe(@object), request, api)
{
    private const string At = "consented_at";

    private readonly NamedObject? _list = @object.List is { } name ? KlaviyoList.Named(name, @object, request, api) : null;

    public static ObjectSpec Describe(KlaviyoObject @object) => new()
    {
        Name = "consent",
        Summary = $"Profiles, known by {@object.IdField}, are subscribed to a channel. Modes mirror and delete need unsubscribe: everywhere.",
        Example = "{ consent: email, list: Newsletter }",
        Modes = [SyncMode.Upsert, SyncMode.Mirror, SyncMode.Delete],
        Fields = [KlaviyoJson.IdField(@object), new(At, "When consent was given, so that nobody is asked to confirm it.") { Rule = TypeRule.Instant }],
        MaxBatchRows = 1000,
        MaxRemovalRows = 100,
        UnsafeToRepeat = [],
        Reports = Reporting.PerRequest,
    };

    /// <inheritdoc/>
    protected override async ValueTask LookAsync(CancellationToken cancellationToken)
    {
        await Api.AskAsync((klaviyo, token) => klaviyo.ProfilesAsync(null, "email", 1, token), cancellationToken);
        if (_list is not null)
            await _list.CheckAsync(async (id, token) => await KlaviyoList.FindAsync(@object.List!, Api, token) == id, cancellationToken);
    }

    /// <inheritdoc/>
    protected override async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var list = _list is null ? null : await _list.IdAsync(cancellationToken);
        var isRemoval = batch.Operation is Operation.Remove;
        var columns = isRemoval ? batch.Identifiers : batch.Fields;
        var (id, at) = (columns.First(column => column.Name == @object.IdField), columns.FirstOrDefault(column => column.Name == At));
        var consent = isRemoval ? "UNSUBSCRIBED" : "SUBSCRIBED";
        var type = $"profile-subscription-bulk-{(isRemoval ? "delete" : "create")}-job";
        var profiles = Enumerable.Range(0, batch.Count).Select(row => new
        {
            type = "profile",
            attributes = new Dictionary<string, object?>
            {
                [id.Name] = id.Text(row),
                ["subscriptions"] = new Dictionary<string, object> { [channel is KlaviyoChannel.Sms ? "sms" : "email"] = new { marketing = new { consent, consented_at = at?.Text(row) } } },
            },
        });
        var body = KlaviyoJson.Body(new
        {
            type,
            attributes = new { profiles = new { data = profiles }, historical_import = at is null ? (bool?)null : true },
            relationships = list is null ? null : new { list = new { data = new { type = "list", id = list } } },
        });
        return await Api.SendAsync(batch, body, (klaviyo, content, token) => klaviyo.BeginAsync($"{type}s", content, token), _ => DeliveryReport.All(batch, RowOutcome.Accepted), cancellationToken);
    }
}
