using ReverseEtl.Conformance.Destination;
using ReverseEtl.Connectors.Braze;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Scripting;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Tests.Connectors;

public sealed class BrazeUsersConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new BrazeHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), new BrazeObject(), "note");
}

public sealed class BrazeUsersByEmailConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new BrazeHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), new BrazeObject { Id = BrazeId.Email }, "note");
}

public sealed class BrazeEventsConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new BrazeEventsHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation));
}

public sealed class BrazeSubscriptionConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new BrazeSubscriptionHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation));
}

internal class BrazeHarness(SandboxServer sandbox, BrazeObject @object, string? text) : VendorHarness(sandbox, new BrazeDestinationType(), KeyOf(@object), text)
{
    public override Secret Secret { get; } = new("braze-key-123456");

    protected override object Object => @object;

    protected override DestinationOptions Options(Uri baseUrl) => new BrazeOptions { Type = Type.Type, BaseUrl = baseUrl, ApiKey = Secret };

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records => In("users");

    // A look whether the key is good has no rows.
    protected override bool Tells(VendorRequest request) => request.Rows > 0;

    public IEnumerable<IReadOnlyDictionary<string, string?>> In(params string[] holdings) =>
        Sandbox.Holdings(Type.Type, Account).Where(holding => holdings.Contains(holding.Name)).SelectMany(holding => holding.Records);

    private static string KeyOf(BrazeObject @object) => @object.Id is BrazeId.Email ? "email" : "external_id";
}

internal sealed class BrazeEventsHarness(SandboxServer sandbox) : BrazeHarness(sandbox, new BrazeObject { Event = "order_completed" }, "note")
{
    public override SyncMode Main => SyncMode.Append;

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records => Events;

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Events => In("events");

    // Of a 500 nobody knows whether the events were taken; this one is for failures where they were not.
    protected override ScriptAction Action(Trouble trouble) =>
        trouble.Kind is TroubleKind.ServerError ? base.Action(trouble) with { Status = 503 } : base.Action(trouble);
}

/// <summary>Users are there before they are subscribed.</summary>
internal sealed class BrazeSubscriptionHarness(SandboxServer sandbox, BrazeObject? @object = null)
    : BrazeHarness(sandbox, @object ?? new BrazeObject { Subscription = Group, Channel = BrazeChannel.Email }, null)
{
    public const string Group = "group-1";

    private readonly HttpClient _client = new();

    protected override string ScriptPath => $"{Type.Type}/{Account}/subscription";

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records => In(Group).Where(member => member["subscription_state"] == "subscribed");

    protected override bool Tells(VendorRequest request) => request.Rows > 0 && request.Path.StartsWith("subscription", StringComparison.Ordinal);

    // Braze has nothing to say about one of the ids.
    public override bool TryScript(Trouble trouble) => trouble.Kind is not TroubleKind.RefuseRow && base.TryScript(trouble);

    public override string Value(string key)
    {
        var value = base.Value(key);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{BaseUrl}/users/track");
        request.Headers.Authorization = new("Bearer", "by-hand");
        request.Content = new StringContent($$"""{"attributes":[{"external_id":"{{value}}"}]}""", null, "application/json");
        _client.Send(request).EnsureSuccessStatusCode().Dispose();
        return value;
    }
}
