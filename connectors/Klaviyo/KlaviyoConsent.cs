using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Klaviyo;

/// <summary>
/// Consent to a channel. Klaviyo takes it back everywhere from profiles that are not on the list that is named, so removals need a word of
/// the sync's own.
/// </summary>
internal sealed class KlaviyoConsent(KlaviyoObject @object, DestinationRequest request, VendorApi<IKlaviyoApi> api)
    : KlaviyoDestination(Describe(@object), @object, request, api)
{
    private static readonly FieldSpec At = new("consented_at", "When consent was given, so that nobody is asked to confirm it.") { Rule = TypeRule.Instant };

    public static ObjectSpec Describe(KlaviyoObject @object) => Describe(@object, "consent",
        $"Profiles, known by {@object.IdField}, are subscribed to a channel. Modes mirror and delete need unsubscribe: everywhere.", "{ consent: email, list: Newsletter }",
        [SyncMode.Upsert, SyncMode.Mirror, SyncMode.Delete], At) with { MaxRemovalRows = 100, Reports = Reporting.PerRequest };

    /// <inheritdoc/>
    protected override async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var list = Named is null ? null : await Named.IdAsync(cancellationToken);
        var (id, at) = (ColumnOf(batch, Object.IdField), batch.Fields.FirstOrDefault(column => column.Name == At.Name));
        var (does, consent) = batch.Operation is Operation.Remove ? ("delete", "UNSUBSCRIBED") : ("create", "SUBSCRIBED");
        var channel = Object.Consent is KlaviyoChannel.Sms ? "sms" : "email";
        var profiles = KlaviyoResource.Each(batch, "profile", row => new RowJson(row).With(id)
            .With("subscriptions", new Dictionary<string, object> { [channel] = new { marketing = new { consent, consented_at = at?.Text(row) } } }));
        var relationships = list is null ? null : new { list = new { data = new { type = "list", id = list } } };
        return await MakeAsync(batch, new KlaviyoResource(
            $"profile-subscription-bulk-{does}-job", new { profiles, historical_import = at is null ? (bool?)null : true }, relationships), cancellationToken);
    }
}
