using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ReverseEtl.Sandbox.Admin;
using ReverseEtl.Sandbox.Scripting;
using ReverseEtl.Sandbox.Vendors;
using ReverseEtl.Sandbox.Webhook;

namespace ReverseEtl.Sandbox;

/// <summary>
/// Local stand-ins of the destinations, for tests and for trying a sync without an account. They are written from the vendors'
/// contracts, not from the connectors. Listens on this machine only.
/// </summary>
public sealed class SandboxServer : IAsyncDisposable
{
    // Vendors whose queries are in the address take 16 KB of it.
    private const int LongestQuery = 16 * 1024;

    private readonly WebApplication _app;
    private readonly WebhookStore _webhooks;
    private readonly VendorStore _vendors;
    private readonly RequestHistory _history;

    private SandboxServer(WebApplication app, WebhookStore webhooks, VendorStore vendors, RequestHistory history, Script script)
    {
        (_app, _webhooks, _vendors, _history, Script) = (app, webhooks, vendors, history, script);
        Url = new Uri(app.Urls.First());
    }

    /// <summary>
    /// Where it listens. A webhook posts to <c>/webhook/</c> and any path below this; a vendor's paths are below
    /// <c>/{type}/{account}/</c>.
    /// </summary>
    public Uri Url { get; }

    /// <summary>How the sandbox misbehaves.</summary>
    public Script Script { get; }

    /// <summary>The paths that received something.</summary>
    public IReadOnlyList<WebhookSummary> Paths => [.. _webhooks.Targets.Select(target => target.Summary())];

    /// <summary>The vendors' accounts that received something, with what they hold.</summary>
    public IReadOnlyList<VendorAccount> Accounts => _vendors.Accounts();

    /// <summary>Starts listening; with a folder, everything received there before is known again.</summary>
    /// <exception cref="IOException">The port or the folder is in use.</exception>
    public static async Task<SandboxServer> StartAsync(SandboxOptions options, CancellationToken cancellationToken = default)
    {
        var history = new RequestHistory();
        var script = new Script();
        var webhooks = await WebhookStore.OpenAsync(options.Folder, history, cancellationToken);
        VendorStore? vendors = null;
        try
        {
            vendors = await VendorStore.OpenAsync(VendorCatalog.All(), options.Folder, cancellationToken);
            var app = Build(options);
            app.Use(OnlyLocalNames);
            var signature = options.WebhookSecret is { } secret ? new WebhookSignature(secret) : null;
            var endpoint = new WebhookEndpoint(webhooks, script, history, signature, options.Time);
            app.MapPost("/webhook/{**path}", (HttpContext context, string? path) => endpoint.HandleAsync(context, path ?? ""));
            foreach (var emulator in vendors.Emulators)
                new VendorEndpoint(emulator, vendors, script, history, options.Time).Map(app);
            AdminEndpoints.Map(app, webhooks, vendors, history, script);
            await app.StartAsync(cancellationToken);
            return new SandboxServer(app, webhooks, vendors, history, script);
        }
        catch
        {
            vendors?.Dispose();
            webhooks.Dispose();
            throw;
        }
    }

    /// <summary>What a path received; null where it received nothing.</summary>
    /// <param name="path">The path below <c>/webhook/</c>.</param>
    /// <param name="limit">Rows of each kind at the most.</param>
    public WebhookView? Webhook(string path, int limit = int.MaxValue) => _webhooks.Find(path)?.View(limit);

    /// <summary>What an account of a vendor holds: each audience, list, object type or channel. Nothing where it is not known.</summary>
    /// <param name="type">The destination's type: <c>hubspot</c>.</param>
    /// <param name="account">The destination's name.</param>
    public IReadOnlyList<Holding> Holdings(string type, string account) => _vendors.Holdings(type, account);

    /// <summary>The latest requests that an account of a vendor received, oldest first, with their bodies.</summary>
    /// <param name="type">The destination's type.</param>
    /// <param name="account">The destination's name.</param>
    public IReadOnlyList<VendorRequest> Requests(string type, string account) => _vendors.Find(type, account)?.History.All() ?? [];

    /// <summary>The latest requests, newest first; a thousand are kept.</summary>
    public IReadOnlyList<ReceivedRequest> Requests(int limit = int.MaxValue) => _history.Latest(limit);

    /// <summary>Forgets everything, on disk too.</summary>
    public void Reset()
    {
        _webhooks.Clear();
        _vendors.Clear();
        Script.Clear();
    }

    /// <summary>Stops listening; requests under way are cut.</summary>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _vendors.Dispose();
        _webhooks.Dispose();
    }

    private static WebApplication Build(SandboxOptions options)
    {
        // Empty, so that neither the environment nor an appsettings.json in the project's folder has a say.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, CallersLifetime>();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = int.MaxValue;
            kestrel.Limits.MaxRequestLineSize = LongestQuery;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        return builder.Build();
    }

    // A web page that the user visits must not be able to read customers by pointing its own name at this machine.
    private static Task OnlyLocalNames(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Host.Host is "127.0.0.1" or "localhost")
            return next(context);
        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        return Task.CompletedTask;
    }
}
