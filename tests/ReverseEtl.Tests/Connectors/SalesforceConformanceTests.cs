using System.Text.Json;
using ReverseEtl.Conformance;
using ReverseEtl.Conformance.Destination;
using ReverseEtl.Connectors.Salesforce;
using ReverseEtl.Core.Config;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Tests.Connectors;

public sealed class SalesforceRecordsConformanceTests : HttpDestinationConformance
{
    protected override ManualTime Time { get; } = SalesforceHarness.NewTime();

    protected override async Task<IHttpDestinationHarness> StartHttpAsync() => await SalesforceHarness.StartAsync(Time, Cancellation);
}

public sealed class SalesforceCampaignConformanceTests : HttpDestinationConformance
{
    protected override ManualTime Time { get; } = SalesforceHarness.NewTime();

    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new SalesforceCampaignHarness(await SandboxServer.StartAsync(new SandboxOptions { Time = Time }, Cancellation));
}

internal class SalesforceHarness(SandboxServer sandbox, SalesforceObject @object, string key, string? text) : VendorHarness(sandbox, new SalesforceDestinationType(), key, text)
{
    public override Secret Secret { get; } = new(VendorKeys.Pem);

    // Salesforce keeps no empty text.
    public override bool EmptyIsNull => true;

    protected override object Object => @object;

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records =>
        Sandbox.Holdings(Type.Type, Account).Where(holding => holding.Name == @object.Type).SelectMany(holding => holding.Records);

    /// <summary>Jumps over waits for a job's end, and not over the time that a request may take.</summary>
    public static ManualTime NewTime() => new(jumps: true) { LongestJump = TimeSpan.FromSeconds(30) };

    public static async Task<SalesforceHarness> StartAsync(ManualTime time, CancellationToken cancellationToken) => new(
        await SandboxServer.StartAsync(new SandboxOptions { Time = time }, cancellationToken),
        new SalesforceObject { Type = "Shop_Customer__c", Id = "External_Id__c" }, "External_Id__c", "Note__c");

    protected override DestinationOptions Options(Uri baseUrl) => OptionsAt(baseUrl);

    public SalesforceOptions OptionsAt(Uri baseUrl) =>
        new() { Type = Type.Type, BaseUrl = baseUrl, ClientId = "3MVG9", PrivateKey = Secret, Username = "cdp@shop.example" };

    // It says to come back later, and not when.
    public override bool TryScript(Trouble trouble) => trouble.RetryAfter is null && base.TryScript(trouble);
}

/// <summary>Contacts are in Salesforce before they are members, and so is the campaign.</summary>
internal sealed class SalesforceCampaignHarness : SalesforceHarness
{
    private readonly HttpClient _client = new();
    private readonly HashSet<string> _contacts = [];
    private readonly string _token;

    public SalesforceCampaignHarness(SandboxServer sandbox)
        : base(sandbox, new SalesforceObject { Campaign = "Spring's sale", Type = "Contact", Id = "Email", Status = "Sent" }, "Email", null)
    {
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", "id"), new("client_secret", "secret")]);
        _token = Send("services/oauth2/token", form, null).GetProperty("access_token").GetString()!;
        Insert("""{"attributes":{"type":"Campaign"},"Name":"Spring's sale"}""");
    }

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records =>
        Sandbox.Holdings(Type.Type, Account).Where(holding => holding.Kind == "campaign").SelectMany(holding => holding.Records);

    // What the harness itself puts there is not the connector's.
    protected override bool Tells(VendorRequest request) => request.Rows is not null && request.Headers.GetValueOrDefault("User-Agent") is not null;

    // Of a member Salesforce is told ids, which a script does not know.
    public override bool TryScript(Trouble trouble)
    {
        // Contacts come by the same requests as members, and must be there before those are in trouble.
        _ = (Value("a"), Value("b"));
        return trouble.Kind is not (TroubleKind.RefuseRow or TroubleKind.RefuseRequestWithRow) && base.TryScript(trouble);
    }

    public override string Value(string key)
    {
        var value = base.Value(key);
        if (_contacts.Add(value))
            Insert($$$"""{"attributes":{"type":"Contact"},"LastName":"x","Email":"{{{value}}}"}""");
        return value;
    }

    private void Insert(string record)
    {
        using var body = new StringContent($$"""{"records":[{{record}}]}""", null, "application/json");
        Assert.True(Send("services/data/v67.0/composite/sobjects", body, _token)[0].GetProperty("success").GetBoolean());
    }

    private JsonElement Send(string path, HttpContent body, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{BaseUrl}/{path}") { Content = body };
        request.Headers.Authorization = token is null ? null : new("Bearer", token);
        using var response = _client.Send(request);
        using var document = JsonDocument.Parse(response.EnsureSuccessStatusCode().Content.ReadAsStream());
        return document.RootElement.Clone();
    }
}
