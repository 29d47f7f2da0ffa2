using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Auth;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.HubSpot;

/// <summary>HubSpot: records of any CRM object, and members of static lists.</summary>
public sealed class HubSpotDestinationType()
    : DestinationType<HubSpotOptions, HubSpotObject>("hubspot", "HubSpot CRM: contacts, companies, custom objects, members of static lists.")
{
    private static readonly Uri Vendor = new("https://api.hubapi.com");

    // {"status":"error","message":"...","category":"VALIDATION_ERROR","correlationId":"..."}; a batch answers with "errors" beside its status.
    private static readonly VendorErrors Errors = new()
    {
        Find = body => body.Text("status") == "error" ? new VendorError(body.Text("category") ?? "", body.Text("message") ?? "") : null,
        Throttled = new HashSet<string> { "RATE_LIMITS" },
    };

    private static readonly QuotaHeaders Quota =
        new("X-HubSpot-RateLimit-Remaining", "X-HubSpot-RateLimit-Interval-Milliseconds", ResetUnit.Milliseconds, TimeSpan.FromSeconds(10));

    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } =
    [
        HubSpotRecords.Describe(new HubSpotObject()),
        HubSpotRecords.Describe(new HubSpotObject { Type = "companies" }),
        HubSpotList.Describe(new HubSpotObject { List = "VIP" }),
    ];

    /// <inheritdoc/>
    protected override RateBudget? Rate(HubSpotOptions? options) => new(options?.RequestsPer10s ?? HubSpotOptions.UsualRequests, TimeSpan.FromSeconds(10));

    /// <inheritdoc/>
    protected override ObjectSpec Describe(HubSpotOptions? options, HubSpotObject @object) =>
        @object.List is null ? HubSpotRecords.Describe(@object) : HubSpotList.Describe(@object);

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(HubSpotOptions options, HubSpotObject @object, DestinationRequest request)
    {
        if (@object.IdProperty.Length == 0)
            yield return $"object.id is missing: name a property of {@object.Type} with unique values";
        if (@object.Create && @object.List is null)
            yield return "object.create makes lists; it has no meaning for records";
    }

    /// <inheritdoc/>
    protected override IDestination Open(HubSpotOptions options, HubSpotObject @object, DestinationRequest request)
    {
        var api = new VendorApi<IHubSpotApi>(
            new VendorSettings
            {
                Root = options.BaseUrl ?? Vendor,
                Auth = HeaderAuth.Bearer(options.Token),
                Errors = Errors,
                Quota = Quota,
            },
            request);
        return @object.List is null ? new HubSpotRecords(@object, request, api) : new HubSpotList(@object, request, api);
    }
}
