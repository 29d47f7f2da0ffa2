using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using ReverseEtl.Tests;

namespace ReverseEtl.IntegrationTests.Api;

/// <summary>Prism between a client and the service: what goes to and fro is held against a document.</summary>
internal sealed class ValidatingProxy : IAsyncDisposable
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "contracts");

    private readonly Process _node;
    private readonly ConcurrentQueue<Exchange> _seen = new();
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TemporaryFolder _folder = new();

    private ValidatingProxy(string document, Uri upstream)
    {
        var file = _folder.File("openapi.json");
        File.WriteAllText(file, document);
        _node = Process.Start(new ProcessStartInfo("node", ["proxy.mjs", file, upstream.ToString()]) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        _node.OutputDataReceived += (_, line) => Hear(line.Data);
        _node.ErrorDataReceived += (_, line) => Errors.Enqueue(line.Data ?? "");
        _node.BeginOutputReadLine();
        _node.BeginErrorReadLine();
    }

    /// <summary>What was seen, in order.</summary>
    public IReadOnlyList<Exchange> Seen => [.. _seen];

    public ConcurrentQueue<string> Errors { get; } = new();

    public Uri Url => new($"http://127.0.0.1:{_port.Task.Result}");

    /// <summary>Starts it; skips the test where it is not installed.</summary>
    public static async Task<ValidatingProxy> StartAsync(string document, Uri upstream)
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(Folder, "node_modules")), "what checks contracts is not installed: ./test --contracts does it");
        var proxy = new ValidatingProxy(document, upstream);
        await proxy._port.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        _node.Kill();
        await _node.WaitForExitAsync();
        _node.Dispose();
        _folder.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null)
            return;
        if (!_port.Task.IsCompleted)
            _port.SetResult(int.Parse(line, System.Globalization.CultureInfo.InvariantCulture));
        else
            _seen.Enqueue(JsonSerializer.Deserialize<Exchange>(line, JsonSerializerOptions.Web)!);
    }
}

/// <summary>A request and its answer.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Operation">The operation of the document: method and path.</param>
/// <param name="Status">The answer's status.</param>
/// <param name="Violations">What the document does not allow.</param>
internal sealed record Exchange(string Method, string Path, string? Operation, int Status, IReadOnlyList<string> Violations);
