using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Auth;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.SendGrid;

/// <summary>SendGrid Marketing Campaigns: contacts, and members of lists.</summary>
public sealed class SendGridDestinationType()
    : DestinationType<SendGridOptions, SendGridObject>("sendgrid", "SendGrid Marketing Campaigns: contacts, and members of lists.")
{
    private const int MostBodyBytes = 6_000_000;

    private static readonly Uri Vendor = new("https://api.sendgrid.com");

    private static readonly VendorErrors Errors = new()
    {
        Find = VendorErrors.FirstOf("errors", error => new VendorError("", $"{error.Text("field")} {error.Text("message")}".Trim())),
    };

    private static readonly QuotaHeaders Quota = new("X-RateLimit-Remaining", "X-RateLimit-Reset", ResetUnit.Epoch, TimeSpan.FromSeconds(1));

    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } =
    [
        SendGridContacts.Describe(new SendGridObject()),
        SendGridContacts.Describe(new SendGridObject { List = "VIP" }),
    ];

    /// <inheritdoc/>
    protected override RateBudget? Rate(SendGridOptions? options) => new(options?.RequestsPerSecond ?? SendGridOptions.UsualRequests, TimeSpan.FromSeconds(1));

    /// <inheritdoc/>
    protected override ObjectSpec Describe(SendGridOptions? options, SendGridObject @object) => SendGridContacts.Describe(@object);

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(SendGridOptions options, SendGridObject @object, DestinationRequest request)
    {
        if (@object is { Create: true, List: null })
            yield return "object.create makes lists; it has no meaning for contacts";
    }

    /// <inheritdoc/>
    protected override IDestination Open(SendGridOptions options, SendGridObject @object, DestinationRequest request)
    {
        var settings = new VendorSettings
        {
            Root = options.BaseUrl ?? Vendor,
            Auth = HeaderAuth.Bearer(options.ApiKey),
            Errors = Errors,
            Quota = Quota,
            MaxBodyBytes = MostBodyBytes,
        };
        return new SendGridContacts(@object, request, new VendorApi<ISendGridApi>(settings, request));
    }
}
