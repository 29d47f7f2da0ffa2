using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Auth;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.CustomerIo;

/// <summary>Customer.io: people, members of manual segments, events.</summary>
public sealed class CustomerIoDestinationType()
    : DestinationType<CustomerIoOptions, CustomerIoObject>("customerio", "Customer.io: people, members of manual segments, events.")
{
    private const int MostBodyBytes = 500_000;

    private static readonly VendorErrors Errors = new() { Find = Find };

    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } =
    [
        CustomerIoPeople.Describe(new CustomerIoObject()),
        CustomerIoSegment.Describe(new CustomerIoObject { Segment = 7 }),
        CustomerIoEvents.Describe(new CustomerIoObject { Event = "order_completed" }),
    ];

    /// <inheritdoc/>
    protected override RateBudget? Rate(CustomerIoOptions? options) => new(options?.RequestsPerSecond ?? CustomerIoOptions.UsualRequests, TimeSpan.FromSeconds(1));

    /// <inheritdoc/>
    protected override ObjectSpec Describe(CustomerIoOptions? options, CustomerIoObject @object) => @object switch
    {
        { Segment: not null } => CustomerIoSegment.Describe(@object),
        { Event: not null } => CustomerIoEvents.Describe(@object),
        _ => CustomerIoPeople.Describe(@object),
    };

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(CustomerIoOptions options, CustomerIoObject @object, DestinationRequest request)
    {
        if (@object is { Segment: not null, Event: not null })
            yield return "object names a segment and an event; a sync writes to one of them";
    }

    /// <inheritdoc/>
    protected override IDestination Open(CustomerIoOptions options, CustomerIoObject @object, DestinationRequest request)
    {
        var api = new VendorApi<ICustomerIoApi>(
            new VendorSettings
            {
                Root = options.BaseUrl ?? new Uri(options.Region is CustomerIoRegion.Eu ? "https://track-eu.customer.io" : "https://track.customer.io"),
                Auth = HeaderAuth.Basic(options.SiteId, options.ApiKey),
                Errors = Errors,
                MaxBodyBytes = MostBodyBytes,
            },
            request);
        return @object switch
        {
            { Segment: { } segment } => new CustomerIoSegment(segment, @object, request, api),
            { Event: { } name } => new CustomerIoEvents(name, @object, request, api),
            _ => new CustomerIoPeople(@object, request, api),
        };
    }

    // Errors with a batch_index are about items, and stand in the answer of a batch that was taken.
    private static VendorError? Find(JsonElement body)
    {
        if (body.Text("meta", "error") is { } refused)
            return new VendorError("", refused);
        foreach (var error in body.Items("errors").Where(error => error.Get("batch_index") is null))
            return new VendorError(error.Text("reason") ?? "", $"{error.Text("field")}: {error.Text("message")}");
        return null;
    }
}
