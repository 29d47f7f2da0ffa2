using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Auth;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.HttpApi;

/// <summary>Any JSON API, as a sync describes it: for what has no connector.</summary>
public sealed class HttpApiDestinationType()
    : DestinationType<HttpApiOptions, HttpApiObject>("http", "Any JSON API, as the sync describes its requests and answers.")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } = [new HttpApiObject().Describe(null) with { Modes = Enum.GetValues<SyncMode>() }];

    /// <inheritdoc/>
    protected override RateBudget? Rate(HttpApiOptions? options) => options?.Requests is { } requests ? new RateBudget(requests, options.Per) : null;

    /// <inheritdoc/>
    protected override ObjectSpec Describe(HttpApiOptions? options, HttpApiObject @object) => @object.Describe(options);

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(HttpApiOptions options, HttpApiObject @object, DestinationRequest request) => HttpApiCheck.Run(options, @object, request);

    /// <inheritdoc/>
    protected override IDestination Open(HttpApiOptions options, HttpApiObject @object, DestinationRequest request) => new HttpApiRows(options, @object, request,
        new VendorApi<IHttpApi>(
            new VendorSettings
            {
                Root = options.BaseUrl ?? options.Url!,
                Auth = new ManyAuth([.. options.Auth.Signers(request.Time), .. options.Headers.Select(header => new HeaderAuth(header.Key, header.Value))]),
                Errors = new VendorErrors
                {
                    Find = body => Find(@object.Error, body),
                    Throttled = @object.Throttle.Code.ToHashSet(),
                    ThrottledStatuses = @object.Throttle.Status.ToHashSet(),
                    Unusable = @object.Unusable.ToHashSet(),
                    Wait = answer => Wait(@object.Throttle, answer),
                },
                Timeout = options.Timeout,
                MaxBodyBytes = @object.MaxBodyBytes,
            },
            request));

    private static VendorError? Find(HttpApiError? error, JsonElement body)
    {
        if (error is null || JsonPath.Text(body, error.At) is not { } said)
            return null;
        if (error.Is.Count > 0 ? !error.Is.Contains(said) : error.IsNot.Contains(said))
            return null;
        return new VendorError(error.Code is null ? said : JsonPath.Text(body, error.Code) ?? "", JsonPath.Text(body, error.Message) ?? said);
    }

    private static TimeSpan? Wait(HttpApiThrottle throttle, HttpAnswer answer) =>
        throttle.RetryAfter is { } header && double.TryParse(answer.Header(header), System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 1e9
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
