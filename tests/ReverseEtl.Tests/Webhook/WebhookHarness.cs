using ReverseEtl.Connectors.Webhook;
using ReverseEtl.Conformance;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Resilience;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Scripting;
using ReverseEtl.Sandbox.Webhook;

namespace ReverseEtl.Tests.Webhook;

/// <summary>A sandbox and the means to open webhooks on it. Waits between attempts take no time, and are remembered.</summary>
internal sealed class WebhookHarness : IAsyncDisposable
{
    public const string SigningSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    public const string Path = "crm";

    private WebhookHarness(SandboxServer sandbox) => Sandbox = sandbox;

    public SandboxServer Sandbox { get; }

    /// <summary>The clock of waits between attempts.</summary>
    public ManualTime Waits { get; } = new(jumps: true);

    /// <summary>The clock of requests: their time limit and their timestamp.</summary>
    public ManualTime Clock { get; } = new();

    public RetryPolicy Policy { get; } = new() { Jitter = () => 1 };

    public static CancellationToken None => TestContext.Current.CancellationToken;

    public static async Task<WebhookHarness> StartAsync() =>
        new(await SandboxServer.StartAsync(new SandboxOptions { WebhookSecret = SigningSecret }, None));

    public WebhookOptions Options => new()
    {
        Type = "webhook",
        BaseUrl = new Uri(Sandbox.Url, "/webhook"),
        Secret = new Secret(SigningSecret),
    };

    /// <summary>The connector alone.</summary>
    public IDestination OpenBare(WebhookOptions? options = null, WebhookObject? @object = null) =>
        new WebhookDestinationType().Open(Request(options ?? Options, @object ?? new WebhookObject { Path = Path }));

    /// <summary>The connector as a run has it.</summary>
    public IDestination Open(WebhookOptions? options = null, RetryPolicy? policy = null)
    {
        var inner = OpenBare(options);
        return new ResilientDestination(inner, new RateBucket(inner.Descriptor.Rate, Waits), policy ?? Policy, Waits);
    }

    public DestinationRequest Request(WebhookOptions options, WebhookObject @object) => new()
    {
        Options = options,
        Object = @object,
        Sync = "vip_to_crm",
        Model = "vip",
        Mode = SyncMode.Mirror,
        Key = ["id"],
        Fields = ["name", "email"],
        ProjectFolder = ".",
        Time = Clock,
    };

    public void Script(ScriptAction then, int? times = 1) =>
        Sandbox.Script.Add(new ScriptRule { Path = Path, Times = times, Then = then });

    public WebhookView Received => Sandbox.Webhook(Path) ?? throw new InvalidOperationException("nothing was received");

    /// <summary>Keys of the rows that are there now.</summary>
    public string[] ReceivedKeys => [.. Received.Rows.Select(row => row.Key.Trim('"')).Order(StringComparer.Ordinal)];

    /// <summary>Ids of the requests, oldest first.</summary>
    public string[] RequestIds => [.. Sandbox.Requests().Reverse().Select(request => request.Id)];

    public ValueTask DisposeAsync() => Sandbox.DisposeAsync();
}
