using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Auth;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Braze;

/// <summary>Braze: users, events, subscription groups.</summary>
public sealed class BrazeDestinationType()
    : DestinationType<BrazeOptions, BrazeObject>("braze", "Braze: users and their attributes, events, subscription groups.")
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);

    private static readonly QuotaHeaders Quota = new("X-RateLimit-Remaining", "X-RateLimit-Reset", ResetUnit.Epoch, Window);

    // {"message":"success"}, also where some objects have errors; else the message is what is wrong, and the status says how.
    private static readonly VendorErrors Errors = new() { Find = Find };

    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } =
    [
        BrazeUsers.Describe(new BrazeObject()),
        BrazeEvents.Describe(new BrazeObject { Event = "order_completed" }),
        BrazeSubscription.Describe(new BrazeObject { Subscription = "pto81cff-734f-80e5-b7b2-b880562888ww", Channel = BrazeChannel.Email }),
    ];

    /// <inheritdoc/>
    protected override RateBudget? Rate(BrazeOptions? options) => new(options?.RequestsPer3s ?? BrazeOptions.UsualRequests, Window);

    /// <inheritdoc/>
    protected override ObjectSpec Describe(BrazeOptions? options, BrazeObject @object) => @object switch
    {
        { Subscription: not null } => BrazeSubscription.Describe(@object),
        { Event: not null } => BrazeEvents.Describe(@object),
        _ => BrazeUsers.Describe(@object),
    };

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(BrazeOptions options, BrazeObject @object, DestinationRequest request)
    {
        if (options is { BaseUrl: null, Sandbox: false } && !(options.Cluster is { Length: > 0 } cluster && cluster.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-')))
            yield return "the destination's cluster is the middle of the workspace's REST endpoint, as fra-01 in https://rest.fra-01.braze.com; set it to that";
        if (@object is { Subscription: not null, Event: not null })
            yield return "object names a subscription group and an event; a sync writes to one of them";
        if (@object.Subscription is null != @object.Channel is null)
            yield return "object.subscription and object.channel (email or sms) go together";
        if (@object is { Channel: BrazeChannel.Sms, Id: not (BrazeId.ExternalId or BrazeId.Phone) } or { Channel: BrazeChannel.Email, Id: not (BrazeId.ExternalId or BrazeId.Email) })
            yield return $"a subscription group for {(@object.Channel is BrazeChannel.Sms ? "sms knows users by external_id or phone" : "e-mail knows users by external_id or email")}; correct object.id";
    }

    /// <inheritdoc/>
    protected override IDestination Open(BrazeOptions options, BrazeObject @object, DestinationRequest request)
    {
        var api = new VendorApi<IBrazeApi>(
            new VendorSettings
            {
                Root = options.BaseUrl ?? new Uri($"https://rest.{options.Cluster}.braze.com"),
                Auth = HeaderAuth.Bearer(options.ApiKey),
                Errors = Errors,
                Quota = Quota,
            },
            request);
        return @object switch
        {
            { Subscription: { } group } => new BrazeSubscription(group, @object, request, api),
            { Event: { } name } => new BrazeEvents(name, @object, request, api),
            _ => new BrazeUsers(@object, request, api),
        };
    }

    private static VendorError? Find(JsonElement body) => body.Text("message") is { } message and not ("success" or "queued") ? new VendorError("", message) : null;
}
