using ReverseEtl.Conformance.Destination;
using ReverseEtl.Connectors.Intercom;
using ReverseEtl.Core.Config;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Vendors;
using ReverseEtl.Tests.Contracts;

namespace ReverseEtl.Tests.Connectors;

public sealed class IntercomContactsConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new IntercomHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), new IntercomObject(), "external_id", "note");
}

public sealed class IntercomContactsByEmailConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new IntercomHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), new IntercomObject { Id = IntercomId.Email }, "email", "note");
}

public sealed class IntercomCompaniesConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new IntercomCompaniesHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation));
}

public sealed class IntercomTagConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new IntercomTagHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation));
}

internal class IntercomHarness(SandboxServer sandbox, IntercomObject @object, string key, string? text)
    : VendorHarness(sandbox, new IntercomDestinationType(), key, text)
{
    public override Secret Secret { get; } = new("intercom-token-123456");

    protected override VendorContract Contract { get; } = new("intercom");

    protected override object Object => @object;

    protected override DestinationOptions Options(Uri baseUrl) => new IntercomOptions { Type = Type.Type, BaseUrl = baseUrl, Token = Secret };

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records => In(@object.Type is IntercomType.Companies ? "companies" : "contacts");

    // Intercom looks at addresses; the connector leaves that to it.
    public override string? Sample(string field) => field == "email" ? "ada@example.com" : null;

    public IEnumerable<IReadOnlyDictionary<string, string?>> In(string name) =>
        Sandbox.Holdings(Type.Type, Account).Where(holding => holding.Name == name).SelectMany(holding => holding.Records);
}

internal sealed class IntercomCompaniesHarness(SandboxServer sandbox)
    : IntercomHarness(sandbox, new IntercomObject { Type = IntercomType.Companies }, "company_id", "note")
{
    // Intercom's contract has no null in a company.
    public override bool EmptyIsNull => true;
}

/// <summary>Contacts are in Intercom before they are tagged, those of the suite before any script is in force: a tag has no path of its own.</summary>
internal sealed class IntercomTagHarness : IntercomHarness
{
    private readonly HttpClient _client = new();
    private readonly HashSet<string> _there = [];

    public IntercomTagHarness(SandboxServer sandbox, bool create = true, bool isThere = true)
        : base(sandbox, new IntercomObject { Tag = "VIP", Create = create }, "external_id", null)
    {
        foreach (var key in Enumerable.Range(0, 13).Select(number => $"k{number}").Concat(["a", "b", "c", "d"]))
            Value(key);
        if (isThere)
            Post("tags", """{"name":"VIP"}""");
    }

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records => In("VIP");

    protected override bool Tells(VendorRequest request) => request.Path.Contains("/tags", StringComparison.Ordinal);

    public override string Value(string key)
    {
        var value = base.Value(key);
        if (_there.Add(value))
            Post("contacts", $$"""{"role":"user","external_id":"{{value}}"}""");
        return value;
    }

    private void Post(string path, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{BaseUrl}/{path}");
        request.Headers.Authorization = new("Bearer", "by-hand");
        request.Headers.Add("Intercom-Version", "2.16");
        request.Content = new StringContent(json, null, "application/json");
        _client.Send(request).EnsureSuccessStatusCode().Dispose();
    }
}
