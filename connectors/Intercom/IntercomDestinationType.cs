using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Auth;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Intercom;

/// <summary>Intercom: contacts, companies, tags of contacts.</summary>
public sealed class IntercomDestinationType()
    : DestinationType<IntercomOptions, IntercomObject>("intercom", "Intercom: contacts, companies, tags of contacts.")
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private static readonly QuotaHeaders Quota = new("X-RateLimit-Remaining", "X-RateLimit-Reset", ResetUnit.Epoch, Window);

    private static readonly VendorErrors Errors = new()
    {
        Find = VendorErrors.FirstOf("errors", error => new VendorError(error.Text("code") ?? "", error.Text("message") ?? "")),
        Throttled = new HashSet<string> { "rate_limit_exceeded" },
    };

    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } =
        [IntercomSpecs.Of(new()), IntercomSpecs.Of(new() { Type = IntercomType.Companies }), IntercomSpecs.Of(new() { Tag = "VIP" })];

    /// <inheritdoc/>
    protected override RateBudget? Rate(IntercomOptions? options) => new(options?.RequestsPer10s ?? IntercomOptions.UsualRequests, Window);

    /// <inheritdoc/>
    protected override ObjectSpec Describe(IntercomOptions? options, IntercomObject @object) => IntercomSpecs.Of(@object);

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(IntercomOptions options, IntercomObject @object, DestinationRequest request)
    {
        if (@object is { Type: IntercomType.Companies, Tag: not null })
            yield return "object.tag is a tag of contacts; it has no meaning for companies";
        if (@object is { Tag: null, Create: true })
            yield return "object.create makes tags; it has no meaning for records";
    }

    /// <inheritdoc/>
    protected override IDestination Open(IntercomOptions options, IntercomObject @object, DestinationRequest request)
    {
        var host = options.Region is IntercomRegion.Us ? "api.intercom.io" : $"api.{options.Region.ToString().ToLowerInvariant()}.intercom.io";
        var api = new VendorApi<IIntercomApi>(
            new VendorSettings
            {
                Root = options.BaseUrl ?? new Uri($"https://{host}"),
                Auth = HeaderAuth.Bearer(options.Token),
                Errors = Errors,
                Quota = Quota,
                Headers = new Dictionary<string, string> { ["Intercom-Version"] = "2.16", ["Accept"] = "application/json" },
            },
            request);
        return @object switch
        {
            { Type: IntercomType.Companies } => new IntercomCompanies(@object, request, api),
            { Tag: { } tag } => new IntercomTag(tag, @object, request, api),
            _ => new IntercomContacts(@object, request, api),
        };
    }
}
