using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Auth;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Klaviyo;

/// <summary>Klaviyo: profiles, members of lists, consent, events.</summary>
public sealed class KlaviyoDestinationType()
    : DestinationType<KlaviyoOptions, KlaviyoObject>("klaviyo", "Klaviyo: profiles, members of lists, consent, events.")
{
    private static readonly VendorErrors Errors = new()
    {
        Find = body => body.Items("errors").Select(error => new VendorError(error.Text("code") ?? "", $"{error.Text("detail")} {error.Text("source", "pointer")}".Trim()))
            .Cast<VendorError?>().FirstOrDefault(),
        Throttled = new HashSet<string> { "throttled" },
        Unusable = new HashSet<string> { "not_authenticated", "authentication_failed", "permission_denied" },
    };

    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } =
    [
        KlaviyoProfiles.Describe(new KlaviyoObject()),
        KlaviyoList.Describe(new KlaviyoObject { List = "VIP" }),
        KlaviyoConsent.Describe(new KlaviyoObject { Consent = KlaviyoChannel.Email }),
        KlaviyoEvents.Describe(new KlaviyoObject { Event = "Placed Order" }),
    ];

    // Imports and lists allow 10 requests in a second and 150 in a minute: this keeps to both.
    /// <inheritdoc/>
    protected override RateBudget? Rate(KlaviyoOptions? options) => new(10, TimeSpan.FromSeconds(4));

    /// <inheritdoc/>
    protected override ObjectSpec Describe(KlaviyoOptions? options, KlaviyoObject @object) => @object switch
    {
        { Event: not null } => KlaviyoEvents.Describe(@object),
        { Consent: not null } => KlaviyoConsent.Describe(@object),
        { List: not null } => KlaviyoList.Describe(@object),
        _ => KlaviyoProfiles.Describe(@object),
    };

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(KlaviyoOptions options, KlaviyoObject @object, DestinationRequest request)
    {
        if (@object.Event is not null && (@object.List ?? (object?)@object.Consent) is not null)
            yield return "object names an event beside a list or a consent; a sync writes to one of them";
        if (@object is { Create: true, List: null })
            yield return "object.create makes lists; name one with list";
        if (@object is { Consent: null, Unsubscribe: KlaviyoUnsubscribe.Everywhere })
            yield return "object.unsubscribe is about consent; name its channel with consent: email or sms";
        if (@object is { Consent: not null, Unsubscribe: KlaviyoUnsubscribe.Never } && request.Mode is not SyncMode.Upsert)
        {
            yield return $"mode {request.Mode.ToString().ToLowerInvariant()} would unsubscribe rows, and Klaviyo unsubscribes a profile that is not on the named list from everything. "
                + "To take profiles off a list and keep their consent, use { list: ... } without consent; if they are to be unsubscribed everywhere, write unsubscribe: everywhere into the sync's object";
        }
    }

    /// <inheritdoc/>
    protected override IDestination Open(KlaviyoOptions options, KlaviyoObject @object, DestinationRequest request)
    {
        var api = new VendorApi<IKlaviyoApi>(
            new VendorSettings
            {
                Root = options.BaseUrl ?? new Uri("https://a.klaviyo.com"),
                Auth = new HeaderAuth("Authorization", new Secret($"Klaviyo-API-Key {options.ApiKey.Reveal()}")),
                Errors = Errors,
                Quota = new QuotaHeaders("RateLimit-Remaining", "RateLimit-Reset", ResetUnit.Seconds, TimeSpan.FromSeconds(1)),
                Headers = new Dictionary<string, string> { ["revision"] = options.Revision, ["Accept"] = KlaviyoJson.MediaType },
                MaxBodyBytes = 5_000_000,
            },
            request);
        return @object switch
        {
            { Event: { } name } => new KlaviyoEvents(name, @object, request, api),
            { Consent: { } channel } => new KlaviyoConsent(channel, @object, request, api),
            { List: { } list } => new KlaviyoList(list, @object, request, api),
            _ => new KlaviyoProfiles(@object, request, api),
        };
    }
}
