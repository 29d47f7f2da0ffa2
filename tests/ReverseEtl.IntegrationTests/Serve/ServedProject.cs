using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests.Serve;

/// <summary>A project with <c>cdp serve</c> running on it: the real program, on a port of its own.</summary>
internal sealed class ServedProject(CdpProject project, CdpProcess process, Uri url) : IAsyncDisposable
{
    // Answers to health checks come at once or not at all.
    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromSeconds(5) };

    public CdpProcess Process => process;

    public Uri Url => url;

    /// <summary>Starts it and waits until it can take work.</summary>
    public static async Task<ServedProject> StartAsync(CdpProject project)
    {
        var url = new Uri($"http://127.0.0.1:{FreePort()}");
        var served = new ServedProject(project, project.Start("serve", "--url", url.ToString(), "--verbose"), url);
        await served.ReadyAsync();
        return served;
    }

    /// <summary>Starts it without waiting.</summary>
    public static ServedProject Begin(CdpProject project)
    {
        var url = new Uri($"http://127.0.0.1:{FreePort()}");
        return new ServedProject(project, project.Start("serve", "--url", url.ToString()), url);
    }

    /// <summary>Waits until it can take work; a program that ends instead fails the test with what it said.</summary>
    public async Task ReadyAsync()
    {
        await UntilAsync(async () =>
        {
            if (process.HasEnded)
                Assert.Fail($"cdp serve ended: {(await process.EndAsync()).Error}");
            try
            {
                using var answer = await Client.GetAsync(new Uri(url, "readyz"), TestContext.Current.CancellationToken);
                return answer.IsSuccessStatusCode;
            }
            catch (Exception error) when (error is HttpRequestException or OperationCanceledException && !TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                return false;
            }
        });
    }

    /// <summary>The sync's latest runs, newest first, as another process sees them.</summary>
    public async Task<IReadOnlyList<JsonElement>> RunsAsync(string sync) =>
        [.. (await project.RunAsync("status", sync, "--json")).Exits(0).Json.GetProperty("syncs")[0].GetProperty("runs").EnumerateArray()];

    /// <summary>A page of the service.</summary>
    public Task<string> GetAsync(string path) => Client.GetStringAsync(new Uri(url, path), TestContext.Current.CancellationToken);

    /// <summary>Stops it as service managers do, and tells what it said.</summary>
    public async Task<CdpResult> StopAsync()
    {
        await process.SignalAsync("TERM");
        return await process.EndAsync();
    }

    /// <summary>Waits until something is so; whoever waits in vain is told by the test's own limit.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, int seconds = 60)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(seconds));
        while (!await condition())
            await Task.Delay(100, limit.Token);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
