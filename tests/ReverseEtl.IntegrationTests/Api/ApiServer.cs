using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReverseEtl.Core.Config;
using ReverseEtl.DuckDb;
using ReverseEtl.IntegrationTests.Harness;
using ReverseEtl.Server.Access;
using ReverseEtl.Server.Api;
using ReverseEtl.Server.Composition;
using ReverseEtl.Server.Hosting;
using ReverseEtl.Server.Operations;
using ReverseEtl.Server.Scheduling;

namespace ReverseEtl.IntegrationTests.Api;

/// <summary>The API of a project of its own, over a real port, with a token for each role.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SharedParts _shared;
    private HttpClient _client;

    private ApiServer(WebApplication app, SharedParts shared, CdpProject project, SmallSchedule schedule, Lines log)
    {
        (_app, _shared, Project, Schedule, Log) = (app, shared, project, schedule, log.Written);
        _client = ClientOf(new Uri(app.Urls.Single()));
    }

    public CdpProject Project { get; }

    public SmallSchedule Schedule { get; }

    /// <summary>Everything that was logged, however small.</summary>
    public IReadOnlyCollection<string> Log { get; }

    public Dictionary<TokenRole, string> Tokens { get; } = [];

    public Uri Url => new(_app.Urls.Single());

    public static async Task<ApiServer> StartAsync(string destinationOptions = "", Action<CdpProject>? prepare = null)
    {
        var project = await CdpProject.CreateAsync(destinationOptions);
        prepare?.Invoke(project);
        var files = new DiskProjectFiles(project.Folder);
        var loaded = Session.Load(files, null);
        var shared = new SharedParts(loaded, TimeProvider.System);
        var host = new ProjectHost(files, loaded, shared, TimeProvider.System);
        var schedule = new SmallSchedule(host);
        var log = new Lines();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(host).AddSingleton<ISyncSchedule>(schedule).AddApi();
        var app = builder.Build();
        app.MapApi();
        await app.StartAsync(TestContext.Current.CancellationToken);
        var server = new ApiServer(app, shared, project, schedule, log);
        var store = app.Services.GetRequiredService<TokenStore>();
        foreach (var role in Enum.GetValues<TokenRole>())
            server.Tokens[role] = (await store.CreateAsync($"the-{role}".ToLowerInvariant(), role, null, new Caller("the test", new Position("test")), TestContext.Current.CancellationToken)).Token;
        return server;
    }

    /// <summary>From now on requests go another way.</summary>
    public void Through(Uri proxy)
    {
        _client.Dispose();
        _client = ClientOf(proxy);
    }

    public Task<ApiAnswer> GetAsync(string path, TokenRole role = TokenRole.Viewer) => SendAsync(HttpMethod.Get, path, null, Tokens[role]);

    public Task<ApiAnswer> PostAsync(string path, string? json = null, TokenRole role = TokenRole.Operator) => SendAsync(HttpMethod.Post, path, json, Tokens[role]);

    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, string? json, string? token)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await SendAsync(request);
    }

    public async Task<ApiAnswer> SendAsync(HttpRequestMessage request)
    {
        using var answer = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync();
        return new ApiAnswer(
            (int)answer.StatusCode, text, answer.Content.Headers.ContentType?.MediaType, answer.Headers.Location, answer.Headers.WwwAuthenticate.ToString());
    }

    /// <summary>Changes the warehouse, as somebody else's job would.</summary>
    public Task SqlAsync(string sql) => AloneAsync(() => Project.Sql(sql));

    /// <summary>Fails unless the destination has exactly the model's rows.</summary>
    public Task AssertConvergedAsync() => AloneAsync(Project.AssertConverged);

    // DuckDB opens a file once in a process: requests and runs must have closed it.
    private async Task AloneAsync(Action work)
    {
        await Schedule.IdleAsync();
        while (true)
        {
            try
            {
                work();
                return;
            }
            catch (DuckDBException error) when (error.Message.Contains("Unique file handle conflict", StringComparison.Ordinal))
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>Runs the sync and waits for its end.</summary>
    public async Task<JsonElement> RunAsync(string body = "{}")
    {
        var asked = (await PostAsync("syncs/customers_to_crm/runs", body)).Is(202);
        return await EndAsync(asked.Json.GetProperty("run_id").GetString()!);
    }

    /// <summary>Waits for a run's end.</summary>
    public async Task<JsonElement> EndAsync(string runId)
    {
        while (true)
        {
            var run = (await GetAsync($"runs/{runId}")).Is(200).Json;
            if (run.GetProperty("status").GetString() is not ("queued" or "running"))
                return run;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The program, as somebody with a token runs it against this server.</summary>
    public async Task<CdpResult> CdpAsync(TokenRole? role, params IEnumerable<string> arguments)
    {
        await using var process = Start(role, arguments);
        return await process.EndAsync();
    }

    /// <summary>The same, running; in a folder that has no project.</summary>
    public CdpProcess Start(TokenRole? role, params IEnumerable<string> arguments) => CdpProcess.Start(
        Path.GetTempPath(), new Dictionary<string, string?>(Project.Variables) { ["CDP_REMOTE"] = Url.ToString(), ["CDP_TOKEN"] = role is { } given ? Tokens[given] : null }, arguments);

    /// <summary>Of the audit, who ordered what: the latest first.</summary>
    public async Task<List<(string Who, string Action, string Detail)>> AuditAsync() =>
    [
        .. (await GetAsync("audit")).Is(200).Json.GetProperty("audit").EnumerateArray()
            .Select(entry => (entry.GetProperty("who").GetString()!, entry.GetProperty("action").GetString()!, entry.GetProperty("detail").GetString()!))
            .Where(entry => entry.Item1 != "the test"),
    ];

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Schedule.DisposeAsync();
        await _app.DisposeAsync();
        await _shared.DisposeAsync();
        await Project.DisposeAsync();
    }

    private static HttpClient ClientOf(Uri url) => new() { BaseAddress = new Uri(url, "/api/v1/") };

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Written { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}

/// <summary>What the API answered.</summary>
internal sealed record ApiAnswer(int Status, string Text, string? MediaType, Uri? Location, string Challenge)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>Fails with everything that was answered unless the status is as expected.</summary>
    public ApiAnswer Is(int status)
    {
        Assert.True(Status == status, $"status {Status}, expected {status}: {Text}");
        return this;
    }

    /// <summary>Fails unless this is a problem of that status whose detail has all of some words.</summary>
    public ApiAnswer IsProblem(int status, params string[] words)
    {
        Is(status);
        Assert.Equal("application/problem+json", MediaType);
        Assert.Equal(["title", "status", "detail", "where"], Json.EnumerateObject().Select(property => property.Name).Where(name => name != "problems"));
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.NotEmpty(Json.GetProperty("title").GetString()!);
        Assert.NotEmpty(Json.GetProperty("where").GetString()!);
        Assert.All(words, word => Assert.Contains(word, Json.GetProperty("detail").GetString()!, StringComparison.Ordinal));
        return this;
    }
}
