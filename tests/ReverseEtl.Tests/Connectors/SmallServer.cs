using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ReverseEtl.Tests.Connectors;

/// <summary>A request as it came over the wire.</summary>
internal sealed record Sent(string Method, string Address, string Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>An API of the test's own.</summary>
internal sealed class SmallServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<Sent> _received = [];

    private SmallServer(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First());

    public IReadOnlyList<Sent> Received
    {
        get
        {
            lock (_received)
                return [.. _received];
        }
    }

    /// <param name="answer">Gives status and JSON, or status and nothing.</param>
    /// <param name="headers">Headers of every answer.</param>
    public static async Task<SmallServer> StartAsync(Func<Sent, (int Status, string Json)> answer, params (string Name, string Value)[] headers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = new SmallServer(builder.Build());
        server._app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var address = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
            var sent = new Sent(context.Request.Method, address, await reader.ReadToEndAsync(context.RequestAborted),
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
            lock (server._received)
                server._received.Add(sent);
            var (status, json) = answer(sent);
            context.Response.StatusCode = status;
            foreach (var (name, value) in headers)
                context.Response.Headers[name] = value;
            if (json.Length > 0)
                await context.Response.WriteAsync(json, context.RequestAborted);
        });
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
