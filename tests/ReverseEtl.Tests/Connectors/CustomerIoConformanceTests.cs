using System.Text;
using ReverseEtl.Conformance.Destination;
using ReverseEtl.Connectors.CustomerIo;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Tests.Connectors;

public sealed class CustomerIoPeopleConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new CustomerIoHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), new CustomerIoObject(), "id", "name");
}

public sealed class CustomerIoPeopleByEmailConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new CustomerIoHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), new CustomerIoObject { Id = CustomerIoId.Email }, "email", "name");
}

public sealed class CustomerIoEventsConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new CustomerIoEventsHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation));
}

public sealed class CustomerIoSegmentConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new CustomerIoSegmentHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation));
}

internal class CustomerIoHarness(SandboxServer sandbox, CustomerIoObject @object, string key, string? text)
    : VendorHarness(sandbox, new CustomerIoDestinationType(), key, text)
{
    public override Secret Secret { get; } = new("track-key-123456");

    protected override object Object => @object;

    protected override DestinationOptions Options(Uri baseUrl) => new CustomerIoOptions { Type = Type.Type, BaseUrl = baseUrl, SiteId = "site", ApiKey = Secret };

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records =>
        Sandbox.Holdings(Type.Type, Account).Where(holding => holding.Name == "people").SelectMany(holding => holding.Records);

    // It never says how long to wait.
    public override bool TryScript(Trouble trouble) => trouble.RetryAfter is null && base.TryScript(trouble);
}

/// <summary>An event names its person by the identifier.</summary>
internal sealed class CustomerIoEventsHarness(SandboxServer sandbox)
    : CustomerIoHarness(sandbox, new CustomerIoObject { Event = "order_completed" }, "id", "name")
{
    public override SyncMode Main => SyncMode.Append;

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records => Events;

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Events =>
        Sandbox.Holdings(Type.Type, Account).Where(holding => holding.Name == "events").SelectMany(holding => holding.Records)
            .Select(record => new Dictionary<string, string?>(record) { ["id"] = record["person"] });
}

/// <summary>People are there before they are members.</summary>
internal sealed class CustomerIoSegmentHarness(SandboxServer sandbox, int segment = 7)
    : CustomerIoHarness(sandbox, new CustomerIoObject { Segment = segment, Id = CustomerIoId.Email }, "email", null)
{
    private readonly HttpClient _client = new();

    protected override string ScriptPath => $"{Type.Type}/{Account}/api/v1/segments";

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records =>
        Sandbox.Holdings(Type.Type, Account).Where(holding => holding.Kind == "segment").SelectMany(holding => holding.Records);

    protected override bool Tells(VendorRequest request) => request.Path.Contains("segments/", StringComparison.Ordinal);

    // A segment has nothing to say about one of the ids.
    public override bool TryScript(Trouble trouble) => trouble.Kind is not (TroubleKind.RefuseRow or TroubleKind.RefuseRequestWithRow) && base.TryScript(trouble);

    public override string Value(string key)
    {
        var value = base.Value(key);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{BaseUrl}/api/v2/batch");
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("by:hand")));
        request.Content = new StringContent($$$"""{"batch":[{"type":"person","identifiers":{"email":"{{{value}}}"},"action":"identify"}]}""", null, "application/json");
        _client.Send(request).EnsureSuccessStatusCode().Dispose();
        return value;
    }
}
