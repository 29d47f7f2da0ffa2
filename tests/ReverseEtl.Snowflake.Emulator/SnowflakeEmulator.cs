using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReverseEtl.Snowflake.Emulator.Execution;
using ReverseEtl.Snowflake.Emulator.Http;

namespace ReverseEtl.Snowflake.Emulator;

/// <summary>A request as it came.</summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Path">Without the leading slash.</param>
/// <param name="Query">With its question mark; empty where there is none.</param>
/// <param name="Headers">The headers.</param>
/// <param name="Body">The body.</param>
public sealed record EmulatedRequest(string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body);

/// <summary>
/// Snowflake's SQL API on this machine, written from its documentation and not from its caller. Statements are parsed as Snowflake's by somebody
/// else's parser, translated, and run on DuckDB. It knows what the docs say; what only Snowflake knows stands in the adapter's README.
/// </summary>
public sealed class SnowflakeEmulator : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Engine _engine;
    private readonly StatementStore _store;
    private readonly ConcurrentQueue<EmulatedRequest> _requests = new();
    private readonly BearerCheck _bearer;
    private readonly string _folder;

    private SnowflakeEmulator(EmulatorOptions options, Engine engine, string folder)
    {
        (_engine, _folder, _bearer) = (engine, folder, new BearerCheck(options));
        _store = new StatementStore(engine, options.Translator, folder, options.HasStats);
        _app = Build();
        _app.Use(CheckAsync);
        var endpoints = new StatementEndpoints(_store, Script, options);
        _app.MapPost("/api/v2/statements", endpoints.SubmitAsync);
        _app.MapGet("/api/v2/statements/{handle:guid}", (HttpContext context, Guid handle) => endpoints.StatusAsync(context, handle.ToString()));
        _app.MapPost("/api/v2/statements/{handle:guid}/cancel", (HttpContext context, Guid handle) => endpoints.CancelAsync(context, handle.ToString()));
    }

    /// <summary>Where it listens.</summary>
    public Uri Url => new(_app.Urls.First());

    /// <summary>How it misbehaves.</summary>
    public Script Script { get; } = new();

    /// <summary>Rows of a partition, for results to come.</summary>
    public int RowsPerPartition
    {
        get => _store.RowsPerPartition;
        set => _store.RowsPerPartition = value;
    }

    /// <summary>
    /// After so many statements of requests with several, one after the other, such a request fails before its next statement, as where Snowflake
    /// itself breaks; null: none does.
    /// </summary>
    public int? StatementsLeft
    {
        get => _store.StatementsLeft;
        set => _store.StatementsLeft = value;
    }

    /// <summary>The requests so far.</summary>
    public IReadOnlyList<EmulatedRequest> Requests => [.. _requests];

    /// <summary>Raised when a request has come, before it is looked at.</summary>
    public event Action<EmulatedRequest>? Received;

    /// <summary>The statements that were run, each as often as it was.</summary>
    public IReadOnlyList<ExecutedStatement> Executions => _store.Executions;

    /// <summary>Waits until every statement that was submitted is over.</summary>
    public Task IdleAsync() => _store.IdleAsync();

    /// <summary>Starts listening.</summary>
    public static async Task<SnowflakeEmulator> StartAsync(EmulatorOptions options, CancellationToken cancellationToken = default)
    {
        var emulator = new SnowflakeEmulator(options, await Engine.StartAsync(options, cancellationToken), Directory.CreateTempSubdirectory("cdp-snowflake-").FullName);
        await emulator._app.StartAsync(cancellationToken);
        return emulator;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _store.Dispose();
        await _engine.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        return builder.Build();
    }

    private async Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        request.Body = new MemoryStream(body.ToArray());
        var headers = request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString());
        var received = new EmulatedRequest(request.Method, request.Path.Value!.TrimStart('/'), request.QueryString.Value ?? "", headers, body.ToArray());
        _requests.Enqueue(received);
        Received?.Invoke(received);
        if (_bearer.Refusal(request) is { } refusal)
            await Answer.JsonAsync(context, StatusCodes.Status401Unauthorized, StatementJson.Refused("390144", refusal));
        else if (Violation(request) is var (status, message))
            await Answer.JsonAsync(context, status, StatementJson.Refused("390100", message));
        else
            await next(context);
    }

    // What the documents demand of every request.
    private static (int Status, string Message)? Violation(HttpRequest request)
    {
        if (request.Headers.UserAgent.Count == 0)
            return (StatusCodes.Status400BadRequest, "the header User-Agent is missing");
        if (request.Headers.Accept.ToString() is not ("" or "application/json" or "*/*"))
            return (StatusCodes.Status400BadRequest, "Accept must be application/json");
        if (request.ContentType is { } type && !type.StartsWith("application/json", StringComparison.Ordinal))
            return (StatusCodes.Status415UnsupportedMediaType, "Content-Type must be application/json");
        if (request.Query["requestId"].FirstOrDefault() is { } id && !Guid.TryParse(id, out _))
            return (StatusCodes.Status400BadRequest, "requestId must be a UUID");
        return request.Query["async"].FirstOrDefault() is null or "true" or "false" ? null : (StatusCodes.Status400BadRequest, "async must be true or false");
    }
}
