using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Auth;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.MetaAudiences;

/// <summary>Facebook and Instagram: customer-list audiences of an ad account.</summary>
public sealed class MetaAudiencesDestinationType()
    : DestinationType<MetaOptions, MetaObject>("meta-audiences", "Facebook and Instagram: customer-list audiences, hashed.")
{
    private const string UsageHeader = "X-Business-Use-Case-Usage";

    private static readonly Uri Vendor = new("https://graph.facebook.com");

    // Nearly everything is HTTP 400, and the code tells: 4, 17, 32, 613 and 800xx are limits; 102, 190, 10, 200 and 2655 the token, its
    // rights and terms; 1487366 a deleted audience, 1713230 one that was flagged; 1 and 2 pass by themselves, as does 2650.
    private static readonly VendorErrors Errors = new()
    {
        Find = body => body.Get("error") is { } error
            ? new VendorError(error.Text("error_subcode") is { } subcode ? $"{error.Text("code")}/{subcode}" : error.Text("code") ?? "", error.Text("message") ?? "")
            : null,
        Throttled = new HashSet<string> { "4", "17", "32", "613", "80000", "80003", "80004", "80014" },
        Passing = new HashSet<string> { "1", "2", "2650" },
        Unusable = new HashSet<string> { "10", "102", "190", "200", "2655", "100/33", "100/1487366", "100/1713230", "1487366" },
        Wait = WaitOf,
    };

    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } = [MetaAudience.Describe(new MetaObject { Audience = "VIP customers" })];

    /// <inheritdoc/>
    protected override ObjectSpec Describe(MetaOptions? options, MetaObject @object) => MetaAudience.Describe(@object);

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(MetaOptions options, MetaObject @object, DestinationRequest request)
    {
        if (!options.AdAccountId.StartsWith("act_", StringComparison.Ordinal))
            yield return $"adAccountId must be act_ and a number, but is \"{options.AdAccountId}\"";
    }

    /// <inheritdoc/>
    protected override IDestination Open(MetaOptions options, MetaObject @object, DestinationRequest request) => new MetaAudience(options, @object, request,
        new VendorApi<IMetaApi>(
            new VendorSettings
            {
                Root = options.BaseUrl ?? Vendor,
                Auth = HeaderAuth.Bearer(options.AccessToken),
                Errors = Errors,
            },
            request));

    // {"1234":[{"type":"custom_audience","call_count":100,"estimated_time_to_regain_access":3}]}, in minutes.
    private static TimeSpan? WaitOf(HttpAnswer answer)
    {
        if (answer.Header(UsageHeader) is not { } usage)
            return null;
        try
        {
            using var parsed = JsonDocument.Parse(usage);
            var minutes = parsed.RootElement.EnumerateObject().SelectMany(account => account.Value.EnumerateArray())
                .Max(use => use.Number("estimated_time_to_regain_access"));
            return minutes > 0 ? TimeSpan.FromMinutes(minutes.Value) : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
