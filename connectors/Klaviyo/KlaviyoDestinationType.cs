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
        Find = VendorErrors.FirstOf("errors", error => new VendorError(error.Text("code") ?? "", $"{error.Text("detail")} {error.Text("source", "pointer")}".Trim())),
        Throttled = new HashSet<string> { "throttled" },
        Unusable = new HashSet<string> { "not_authenticated", "authentication_failed", "permission_denied" },
    };

    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } =
        [.. new KlaviyoObject[] { new(), new() { List = "VIP" }, new() { Consent = KlaviyoChannel.Email }, new() { Event = "Placed Order" } }.Select(@object => KindOf(@object).Spec)];

    // Imports and lists allow 10 requests in a second and 150 in a minute: this keeps to both.
    /// <inheritdoc/>
    protected override RateBudget? Rate(KlaviyoOptions? options) => new(10, TimeSpan.FromSeconds(4));

    /// <inheritdoc/>
    protected override ObjectSpec Describe(KlaviyoOptions? options, KlaviyoObject @object) => KindOf(@object).Spec;

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(KlaviyoOptions options, KlaviyoObject @object, DestinationRequest request) => Found(
        (@object.Event is not null && (@object.List ?? (object?)@object.Consent) is not null, "object names an event beside a list or a consent; a sync writes to one of them"),
        (@object is { Create: true, List: null }, "object.create makes lists; name one with list"),
        (@object is { Consent: null, Unsubscribe: KlaviyoUnsubscribe.Everywhere }, "object.unsubscribe is about consent; name its channel with consent: email or sms"),
        (@object is { Consent: not null, Unsubscribe: KlaviyoUnsubscribe.Never } && request.Mode is not SyncMode.Upsert,
            $"mode {request.Mode.ToString().ToLowerInvariant()} would unsubscribe rows, and Klaviyo unsubscribes a profile that is not on the named list from everything. "
            + "To take profiles off a list and keep their consent, use { list: ... } without consent; if they are to be unsubscribed everywhere, write unsubscribe: everywhere into the sync's object"));

    /// <inheritdoc/>
    protected override IDestination Open(KlaviyoOptions options, KlaviyoObject @object, DestinationRequest request) => KindOf(@object).Open(request, new VendorApi<IKlaviyoApi>(
        new VendorSettings
        {
            Root = options.BaseUrl ?? new Uri("https://a.klaviyo.com"),
            Auth = new HeaderAuth("Authorization", new Secret($"Klaviyo-API-Key {options.ApiKey.Reveal()}")),
            Errors = Errors,
            Quota = new QuotaHeaders("RateLimit-Remaining", "RateLimit-Reset", ResetUnit.Seconds, TimeSpan.FromSeconds(1)),
            Headers = new Dictionary<string, string> { ["revision"] = options.Revision, ["Accept"] = KlaviyoResource.MediaType },
            MaxBodyBytes = 5_000_000,
        },
        request));

    private static (ObjectSpec Spec, Func<DestinationRequest, VendorApi<IKlaviyoApi>, IDestination> Open) KindOf(KlaviyoObject @object) => @object switch
    {
        { Event: not null } => (KlaviyoEvents.Describe(@object), (request, api) => new KlaviyoEvents(@object, request, api)),
        { Consent: not null } => (KlaviyoConsent.Describe(@object), (request, api) => new KlaviyoConsent(@object, request, api)),
        { List: not null } => (KlaviyoList.Describe(@object), (request, api) => new KlaviyoList(@object, request, api)),
        _ => (KlaviyoProfiles.Describe(@object), (request, api) => new KlaviyoProfiles(@object, request, api)),
    };
}
