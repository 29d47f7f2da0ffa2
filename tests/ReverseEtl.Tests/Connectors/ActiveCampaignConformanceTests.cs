using System.Text.Json;
using ReverseEtl.Conformance.Destination;
using ReverseEtl.Connectors.ActiveCampaign;
using ReverseEtl.Core.Config;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Tests.Connectors;

public sealed class ActiveCampaignContactsConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new ActiveCampaignHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation));
}

public sealed class ActiveCampaignListConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new ActiveCampaignListHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation));
}

/// <summary>Contacts, whose text is a custom field: the usual ones are there and empty in each contact.</summary>
internal class ActiveCampaignHarness : VendorHarness
{
    public const string Plan = "Plan";

    private readonly HttpClient _client = new();
    private readonly ActiveCampaignObject _object;

    public ActiveCampaignHarness(SandboxServer sandbox)
        : this(sandbox, new ActiveCampaignObject(), Plan) => Field(Plan);

    protected ActiveCampaignHarness(SandboxServer sandbox, ActiveCampaignObject @object, string? text)
        : base(sandbox, new ActiveCampaignDestinationType(), "email", text) => _object = @object;

    public override Secret Secret { get; } = new("activecampaign-token-123456");

    // ActiveCampaign has no other way to say that a field is empty.
    public override bool EmptyIsNull => true;

    protected override object Object => _object;

    protected override DestinationOptions Options(Uri baseUrl) => new ActiveCampaignOptions
    {
        Type = Type.Type, BaseUrl = baseUrl, Url = new Uri("https://acme.api-us1.com"), Token = Secret, RequestsPerSecond = 10_000, SenderUrl = "https://shop.example", SenderReminder = "You shop here",
    };

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records => Held("contacts");

    /// <summary>What a list holds, or all contacts.</summary>
    public IEnumerable<IReadOnlyDictionary<string, string?>> Held(string kind, string? list = null) => Sandbox.Holdings(Type.Type, Account)
        .Where(holding => list is null ? holding.Name == kind : holding.Kind == kind && holding.Name == list).SelectMany(holding => holding.Records);

    /// <summary>The addresses on a list.</summary>
    public IEnumerable<string?> On(string list) => Held("list", list).Select(contact => contact["email"]).Order();

    public long Field(string title, string? perstag = null) => Post("fields", new { field = new { title, type = "text", perstag } }, "field");

    public long Contact(string email) => Post("contact/sync", new { contact = new { email } }, "contact");

    public long List(string name, string? stringid = null) =>
        Post("lists", new { list = new { name, stringid = stringid ?? name, sender_url = "https://shop.example", sender_reminder = "You shop here" } }, "list");

    /// <summary>What somebody does by hand: 1 subscribes, 2 unsubscribes.</summary>
    public void SetStatus(long list, long contact, int status) => Post("contactLists", new { contactList = new { list, contact, status } }, "contactList");

    /// <summary>Deletes a contact by hand.</summary>
    public void Delete(long contact) => Send(HttpMethod.Delete, $"contacts/{contact}", null).Dispose();

    /// <summary>A contact's statuses on lists, by the lists' numbers.</summary>
    public IReadOnlyDictionary<string, string?> Statuses(long contact)
    {
        using var answer = Send(HttpMethod.Get, $"contacts/{contact}/contactLists", null);
        return answer.RootElement.GetProperty("contactLists").EnumerateArray().ToDictionary(entry => entry.GetProperty("list").GetString()!, entry => entry.GetProperty("status").GetString());
    }

    /// <summary>The connector's own requests to a path.</summary>
    public IEnumerable<VendorRequest> Calls(string method, string path) => Received.Where(request =>
        request.Headers["Api-Token"] == Secret.Reveal() && request.Method == method && request.Path.EndsWith(path, StringComparison.Ordinal));

    private long Post(string path, object body, string made)
    {
        using var answer = Send(HttpMethod.Post, path, body);
        return long.Parse(answer.RootElement.GetProperty(made).GetProperty("id").GetString()!, null);
    }

    private JsonDocument Send(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, $"{BaseUrl}/api/3/{path}");
        request.Headers.Add("Api-Token", "by-hand");
        if (body is not null)
            request.Content = new StringContent(JsonSerializer.Serialize(body), null, "application/json");
        using var response = _client.Send(request);
        return JsonDocument.Parse(response.EnsureSuccessStatusCode().Content.ReadAsStream());
    }
}

/// <summary>Contacts are there before they are subscribed, and so is the list.</summary>
internal sealed class ActiveCampaignListHarness : ActiveCampaignHarness
{
    public const string Vip = "VIP";

    public ActiveCampaignListHarness(SandboxServer sandbox, bool resubscribe = false)
        : base(sandbox, new ActiveCampaignObject { List = Vip, Resubscribe = resubscribe }, null) => Number = List(Vip);

    /// <summary>The list's number.</summary>
    public long Number { get; }

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records => Held("list", Vip);

    protected override string ScriptPath => $"{Type.Type}/{Account}/api/3/contactLists";

    protected override bool Tells(VendorRequest request) => request.Path.EndsWith("api/3/contactLists", StringComparison.Ordinal);

    public override string Value(string key)
    {
        var value = base.Value(key);
        Contact(value);
        return value;
    }
}
