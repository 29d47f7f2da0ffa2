using System.Globalization;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Server.Composition;

/// <summary>
/// The sandbox of a project: the one that <c>cdp sandbox</c> runs if it does, else one inside this process, on the same folder.
/// </summary>
/// <param name="folder">Where it keeps what it received.</param>
/// <param name="announces">True where other processes may use it while this one lives.</param>
internal sealed class LocalSandbox(string folder, bool announces = false) : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1, 1);
    private SandboxServer? _server;

    /// <summary>Its address, once started.</summary>
    public Uri? Url { get; private set; }

    /// <summary>The vendors' accounts, with what they hold, of a sandbox that was started here.</summary>
    public IReadOnlyList<VendorAccount> Accounts => _server?.Accounts ?? [];

    /// <summary>Where <c>cdp sandbox</c> says that it runs.</summary>
    private string AddressFile => Path.Combine(folder, "url");

    /// <summary>Finds or starts it.</summary>
    public async Task<Uri> StartAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            if (Url is not null)
                return Url;
            if (await RunningAsync(cancellationToken) is { } running)
                return Url = running;
            _server = await SandboxServer.StartAsync(new SandboxOptions { Folder = folder }, cancellationToken);
            if (announces)
                await File.WriteAllTextAsync(AddressFile, _server.Url.ToString(), cancellationToken);
            return Url = _server.Url;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Starts it for other processes to use.</summary>
    public async Task<Uri> ServeAsync(int port, CancellationToken cancellationToken)
    {
        if (await RunningAsync(cancellationToken) is { } running)
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"this project's sandbox runs already, at {running}"));
        _server = await SandboxServer.StartAsync(new SandboxOptions { Folder = folder, Port = port }, cancellationToken);
        await File.WriteAllTextAsync(AddressFile, _server.Url.ToString(), cancellationToken);
        return Url = _server.Url;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _starting.Dispose();
        if (_server is null)
            return;
        if (File.Exists(AddressFile) && await File.ReadAllTextAsync(AddressFile) == _server.Url.ToString())
            File.Delete(AddressFile);
        await _server.DisposeAsync();
    }

    private async Task<Uri?> RunningAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(AddressFile) || !Uri.TryCreate(await File.ReadAllTextAsync(AddressFile, cancellationToken), UriKind.Absolute, out var url))
            return null;
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        try
        {
            using var answer = await client.GetAsync(new Uri(url, "_sandbox"), cancellationToken);
            return answer.IsSuccessStatusCode ? url : null;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }
}
