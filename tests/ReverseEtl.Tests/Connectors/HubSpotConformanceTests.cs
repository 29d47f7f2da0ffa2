using System.Text.Json;
using ReverseEtl.Conformance.Destination;
using ReverseEtl.Connectors.HubSpot;
using ReverseEtl.Core.Config;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Tests.Connectors;

public sealed class HubSpotRecordsConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new HubSpotHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), new HubSpotObject(), "firstname");
}

public sealed class HubSpotListConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new HubSpotListHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation));
}

internal class HubSpotHarness(SandboxServer sandbox, HubSpotObject @object, string? text) : VendorHarness(sandbox, new HubSpotDestinationType(), "email", text)
{
    public override Secret Secret { get; } = new("pat-eu1-secret");

    // HubSpot has no other way to say that a property is empty.
    public override bool EmptyIsNull => true;

    protected override object Object => @object;

    protected override DestinationOptions Options(Uri baseUrl) => new HubSpotOptions { Type = Type.Type, BaseUrl = baseUrl, Token = Secret, RequestsPer10s = 10_000 };

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records =>
        Sandbox.Holdings(Type.Type, Account).Where(holding => holding.Name == "contacts").SelectMany(holding => holding.Records);

    protected override bool Tells(VendorRequest request) => request.Rows is not null && !request.Path.EndsWith("/read", StringComparison.Ordinal);
}

/// <summary>Contacts are in HubSpot before they are members, and so is the list.</summary>
internal sealed class HubSpotListHarness : HubSpotHarness
{
    private readonly HttpClient _client = new();
    private readonly string _list;

    public HubSpotListHarness(SandboxServer sandbox)
        : base(sandbox, new HubSpotObject { List = "VIP" }, null)
    {
        using var made = JsonDocument.Parse(Post("lists/2026-09", """{"name":"VIP","objectTypeId":"0-1","processingType":"MANUAL"}"""));
        _list = made.RootElement.GetProperty("list").GetProperty("listId").GetString()!;
    }

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records =>
        Sandbox.Holdings(Type.Type, Account).Where(holding => holding.Kind == "list").SelectMany(holding => holding.Records);

    protected override string ScriptPath => $"{Type.Type}/{Account}/crm/lists/2026-09/{_list}";

    protected override bool Tells(VendorRequest request) => request.Path.Contains("/memberships/", StringComparison.Ordinal);

    // Members are ids of records that exist: HubSpot has nothing to say about one of them.
    public override bool TryScript(Trouble trouble) => trouble.Kind is not (TroubleKind.RefuseRow or TroubleKind.RefuseRequestWithRow) && base.TryScript(trouble);

    public override string Value(string key)
    {
        var value = base.Value(key);
        Post("objects/2026-09/contacts/batch/upsert", $$$"""{"inputs":[{"idProperty":"email","id":"{{{value}}}","properties":{"email":"{{{value}}}"}}]}""");
        return value;
    }

    private string Post(string path, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{BaseUrl}/crm/{path}");
        request.Headers.Authorization = new("Bearer", Secret.Reveal());
        request.Content = new StringContent(json, null, "application/json");
        using var response = _client.Send(request);
        using var reader = new StreamReader(response.EnsureSuccessStatusCode().Content.ReadAsStream());
        return reader.ReadToEnd();
    }
}
