using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Auth;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Iterable;

/// <summary>Iterable: users, members of static lists, events.</summary>
public sealed class IterableDestinationType()
    : DestinationType<IterableOptions, IterableObject>("iterable", "Iterable: users, members of static lists, events.")
{
    private const int MostBodyBytes = 4_000_000;

    private static readonly VendorErrors Errors = new()
    {
        Find = Find,
        Throttled = new HashSet<string> { "RateLimitExceeded" },
        Unusable = new HashSet<string> { "BadApiKey", "BadAuthorizationHeader", "error.lists.invalidListId" },
    };

    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } =
    [
        IterableUsers.Describe(new IterableObject()),
        IterableList.Describe(new IterableObject { List = "VIP" }),
        IterableEvents.Describe(new IterableObject { Event = "purchase" }),
    ];

    /// <inheritdoc/>
    protected override RateBudget? Rate(IterableOptions? options) => new(5, TimeSpan.FromSeconds(1));

    /// <inheritdoc/>
    protected override ObjectSpec Describe(IterableOptions? options, IterableObject @object) => @object switch
    {
        { Event: not null } => IterableEvents.Describe(@object),
        { List: not null } => IterableList.Describe(@object),
        _ => IterableUsers.Describe(@object),
    };

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(IterableOptions options, IterableObject @object, DestinationRequest request)
    {
        if (@object is { Event: not null, List: not null })
            yield return "object names a list and an event; a sync writes to one of them";
        if (@object is { Create: true, List: null })
            yield return "object.create makes lists; name one with list";
    }

    /// <inheritdoc/>
    protected override IDestination Open(IterableOptions options, IterableObject @object, DestinationRequest request)
    {
        var api = new VendorApi<IIterableApi>(
            new VendorSettings
            {
                Root = options.BaseUrl ?? new Uri(options.Region is IterableRegion.Eu ? "https://api.eu.iterable.com" : "https://api.iterable.com"),
                Auth = new HeaderAuth("Api-Key", options.ApiKey),
                Errors = Errors,
                MaxBodyBytes = MostBodyBytes,
            },
            request);
        return @object switch
        {
            { Event: { } name } => new IterableEvents(name, @object, request, api),
            { List: { } list } => new IterableList(list, @object, request, api),
            _ => new IterableUsers(@object, request, api),
        };
    }

    // Of a list that is not there Iterable says code "Success", and the error as its message.
    private static VendorError? Find(JsonElement body) => (body.Text("code"), body.Text("msg") ?? "") switch
    {
        (null, _) => null,
        ("Success", var said) => said.StartsWith("error.", StringComparison.Ordinal) ? new VendorError(said, said) : null,
        ({ } code, var said) => new VendorError(code, body.Get("params") is { } about ? $"{said} {about.GetRawText()}" : said),
    };
}
