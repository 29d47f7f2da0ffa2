using System.ComponentModel;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Connectors.Webhook;

/// <summary>A webhook in cdp.config.json.</summary>
public sealed record WebhookOptions : HttpDestinationOptions
{
    [Description("Where to post. Not needed where baseUrl or sandbox is given.")]
    public Uri? Url { get; init; }

    [Description("The signing secret as Standard Webhooks has it: whsec_ and Base64. Without it requests are not signed.")]
    public Secret? Secret { get; init; }

    [Description("Whether url may lie on this machine or in a private network. A name that somebody else controls could otherwise lead rows there.")]
    public bool AllowPrivate { get; init; }

    [Description("Headers to send along, for example Authorization.")]
    public IReadOnlyDictionary<string, Secret>? Headers { get; init; }

    [Description("Rows per request at the most.")]
    public int BatchRows { get; init; } = 1000;

    [Description("Requests in flight at the most.")]
    public int Concurrency { get; init; } = 4;

    [Description("How long to wait for an answer.")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    [Description("Whether the receiver stands the same request twice, as it overwrites or remembers webhook-id. If not, an unanswered request is held for 'cdp resolve' instead of being repeated.")]
    public bool ReplaySafe { get; init; } = true;

    /// <summary>Where requests go before the object's path: the stand-in if there is one.</summary>
    internal Uri? Target => BaseUrl ?? Url;

    /// <summary>True where only addresses that anybody can reach are connected to; a stand-in may be anywhere.</summary>
    internal bool PublicOnly => BaseUrl is null && !AllowPrivate;

    /// <summary>Everything that must never be quoted.</summary>
    internal IEnumerable<Secret> Secrets => [.. Headers?.Values ?? [], .. Secret is null ? Array.Empty<Secret>() : [Secret]];
}

/// <summary>What a sync writes to at a webhook.</summary>
public sealed record WebhookObject
{
    [Description("Appended to the url.")]
    public string? Path { get; init; }

    [Description("Mapped fields to send along with removals, as they were last sent. The key is always sent.")]
    public IReadOnlyList<string> Identifiers { get; init; } = [];

    internal static ObjectSpec Describe(WebhookOptions options) => new()
    {
        Name = "rows",
        Summary = "Rows as JSON, with what is asked for each batch.",
        Example = "{ path: vip, identifiers: [email] }",
        Modes = Enum.GetValues<SyncMode>(),
        Removals = Enum.GetValues<Removal>(),
        OtherFields = true,
        MaxBatchRows = options.BatchRows,
        Concurrency = options.Concurrency,
        UnsafeToRepeat = options.ReplaySafe ? [] : Enum.GetValues<SyncMode>(),
        PartialUpdates = true,
        ChangedFields = ChangedFields.OnRequest,
    };
}
