using System.Text;
using System.Text.Json;
using ReverseEtl.Conformance.Destination;
using ReverseEtl.Connectors.Iterable;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Tests.Connectors;

public sealed class IterableUsersConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() => new IterableHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), new IterableObject(), "plan");
}

public sealed class IterableUsersByUserIdConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new IterableHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), new IterableObject { Id = IterableId.UserId }, "plan", "userId");
}

public sealed class IterableListConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() => new IterableListHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation));
}

public sealed class IterableEventsConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() => new IterableEventsHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation));
}

internal class IterableHarness(SandboxServer sandbox, IterableObject @object, string? text, string key = "email") : VendorHarness(sandbox, new IterableDestinationType(), key, text)
{
    public override Secret Secret { get; } = new("iterable-key-123456");

    protected override object Object => @object;

    protected override DestinationOptions Options(Uri baseUrl) => new IterableOptions { Type = Type.Type, BaseUrl = baseUrl, ApiKey = Secret };

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records => HeldIn("users");

    protected IEnumerable<IReadOnlyDictionary<string, string?>> HeldIn(string name) =>
        Sandbox.Holdings(Type.Type, Account).Where(holding => holding.Name == name).SelectMany(holding => holding.Records);

    // It never says how long to wait, nor in words why it took all rows but one: it names that in a list of such rows.
    public override bool TryScript(Trouble trouble) => trouble.RetryAfter is null && trouble.Kind is not TroubleKind.RefuseRow && base.TryScript(trouble);
}

internal sealed class IterableListHarness : IterableHarness
{
    public IterableListHarness(SandboxServer sandbox)
        : base(sandbox, new IterableObject { List = "VIP" }, null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{BaseUrl}/api/lists");
        request.Headers.TryAddWithoutValidation("Api-Key", "by-hand");
        request.Content = new StringContent(JsonSerializer.Serialize(new { name = "VIP" }), Encoding.UTF8, "application/json");
        client.Send(request).EnsureSuccessStatusCode().Dispose();
    }

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records => HeldIn("VIP");

    protected override bool Tells(VendorRequest request) => request.Path is "api/lists/subscribe" or "api/lists/unsubscribe";
}

/// <summary>An event names its user by the address.</summary>
internal sealed class IterableEventsHarness(SandboxServer sandbox) : IterableHarness(sandbox, new IterableObject { Event = "purchase" }, "note")
{
    public override SyncMode Main => SyncMode.Append;

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records => Events;

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Events => HeldIn("events");
}
