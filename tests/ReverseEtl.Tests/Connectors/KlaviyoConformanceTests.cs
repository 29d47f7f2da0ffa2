using System.Text;
using System.Text.Json;
using ReverseEtl.Conformance;
using ReverseEtl.Conformance.Destination;
using ReverseEtl.Connectors.Klaviyo;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Vendors;
using ReverseEtl.Tests.Contracts;

namespace ReverseEtl.Tests.Connectors;

public sealed class KlaviyoProfilesConformanceTests : HttpDestinationConformance
{
    protected override ManualTime Time { get; } = KlaviyoHarness.NewTime();

    protected override async Task<IHttpDestinationHarness> StartHttpAsync() => new KlaviyoHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), new KlaviyoObject(), "plan");
}

public sealed class KlaviyoProfilesByExternalIdConformanceTests : HttpDestinationConformance
{
    protected override ManualTime Time { get; } = KlaviyoHarness.NewTime();

    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new KlaviyoHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), new KlaviyoObject { Id = KlaviyoId.ExternalId }, "first_name", "external_id");
}

public sealed class KlaviyoListConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() => new KlaviyoListHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation));
}

public sealed class KlaviyoConsentConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() => new KlaviyoConsentHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation));
}

public sealed class KlaviyoEventsConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() => new KlaviyoEventsHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation));
}

internal class KlaviyoHarness(SandboxServer sandbox, KlaviyoObject @object, string? text, string key = "email") : VendorHarness(sandbox, new KlaviyoDestinationType(), key, text)
{
    private readonly HttpClient _client = new();

    public override Secret Secret { get; } = new("pk_secret_123456");

    /// <summary>Jumps over waits for a job's end, and not over the time that a request may take.</summary>
    public static ManualTime NewTime() => new(jumps: true) { LongestJump = TimeSpan.FromSeconds(30) };

    protected override VendorContract Contract { get; } = new("klaviyo");

    protected override object Object => @object;

    protected override DestinationOptions Options(Uri baseUrl) => new KlaviyoOptions { Type = Type.Type, BaseUrl = baseUrl, ApiKey = Secret };

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records => HeldIn("profiles");

    protected override string ScriptPath => $"{Type.Type}/{Account}";

    protected override bool Tells(VendorRequest request) => request.Method == "POST" && request.Path != "api/lists" && !IsByHand(request);

    protected IEnumerable<IReadOnlyDictionary<string, string?>> HeldIn(string name) =>
        Sandbox.Holdings(Type.Type, Account).Where(holding => holding.Name == name).SelectMany(holding => holding.Records)
            .Select(record => record.ToDictionary(field => field.Key.Replace("properties.", "", StringComparison.Ordinal), field => field.Value));

    protected static bool IsByHand(VendorRequest request) => request.Headers.GetValueOrDefault("Authorization") == "Klaviyo-API-Key by-hand";

    /// <summary>Asks the emulator for something past the connector.</summary>
    protected JsonElement Post(string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{BaseUrl}/{path}");
        request.Headers.TryAddWithoutValidation("Authorization", "Klaviyo-API-Key by-hand");
        request.Headers.TryAddWithoutValidation("revision", "2026-07-15");
        request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/vnd.api+json");
        using var response = _client.Send(request);
        using var reader = new StreamReader(response.Content.ReadAsStream());
        return JsonDocument.Parse(reader.ReadToEnd()).RootElement;
    }
}

/// <summary>Profiles are in Klaviyo before they are members, and so is the list.</summary>
internal sealed class KlaviyoListHarness : KlaviyoHarness
{
    public KlaviyoListHarness(SandboxServer sandbox)
        : base(sandbox, new KlaviyoObject { List = "VIP" }, null) =>
        Post("api/lists", new { data = new { type = "list", attributes = new { name = "VIP" } } });

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records => HeldIn("VIP");

    protected override string ScriptPath => $"{Type.Type}/{Account}/api/lists/{Sandbox.Holdings(Type.Type, Account).Single(holding => holding.Name == "VIP").Id}";

    protected override bool Tells(VendorRequest request) => request.Path.EndsWith("/relationships/profiles", StringComparison.Ordinal);

    // Members are ids of profiles that exist: Klaviyo has nothing to say about one of them.
    public override bool TryScript(Trouble trouble) => trouble.Kind is not (TroubleKind.RefuseRow or TroubleKind.RefuseRequestWithRow) && base.TryScript(trouble);

    public override string Value(string key)
    {
        var value = base.Value(key);
        Post("api/profiles", new { data = new { type = "profile", attributes = new { email = value } } });
        return value;
    }
}

/// <summary>Who is subscribed, to anything at all.</summary>
internal sealed class KlaviyoConsentHarness(SandboxServer sandbox)
    : KlaviyoHarness(sandbox, new KlaviyoObject { Consent = KlaviyoChannel.Email, Unsubscribe = KlaviyoUnsubscribe.Everywhere }, null)
{
    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records => HeldIn("profiles").Where(KlaviyoTests.IsSubscribed);
}

/// <summary>An event names its profile by the address.</summary>
internal sealed class KlaviyoEventsHarness(SandboxServer sandbox) : KlaviyoHarness(sandbox, new KlaviyoObject { Event = "Placed Order" }, "note")
{
    public override SyncMode Main => SyncMode.Append;

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records => Events;

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Events => HeldIn("events");
}
