using System.CommandLine;
using System.Diagnostics;
using ReverseEtl.Sandbox;

namespace ReverseEtl.Benchmarks.Deliver;

/// <summary>The sandbox in a process of its own, so that its work is nobody's but its own. It ends when its input does.</summary>
internal sealed class ReceiverProcess : IAsyncDisposable
{
    private const string CommandName = "receiver";

    private readonly Process _process;
    private readonly HttpClient _client = new();

    private ReceiverProcess(Process process, Uri url) => (_process, Url) = (process, url);

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>What it has used of the processors so far.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The command that this program starts itself with.</summary>
    public static Command CreateCommand()
    {
        var command = new Command(CommandName, "The sandbox until the input ends; used by the benchmarks.") { Hidden = true };
        command.SetAction(async (_, cancellationToken) =>
        {
            await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), cancellationToken);
            await Console.Out.WriteLineAsync(sandbox.Url.ToString());
            await Console.In.ReadToEndAsync(cancellationToken);
        });
        return command;
    }

    public static async Task<ReceiverProcess> StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [CommandName])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        var url = await process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException("the receiver did not start");
        return new ReceiverProcess(process, new Uri(url));
    }

    /// <summary>Gives the receiver one half of the processors, and this process the other; not on macOS, which cannot.</summary>
    public void KeepApart()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsWindows())
            return;
        var half = Environment.ProcessorCount / 2;
        var low = (1L << half) - 1;
        _process.ProcessorAffinity = (nint)low;
        using var self = Process.GetCurrentProcess();
        self.ProcessorAffinity = (nint)(low << half);
    }

    /// <summary>What it received last at a path, as JSON.</summary>
    public Task<byte[]> ReceivedAsync(string path, int limit, CancellationToken cancellationToken) =>
        _client.GetByteArrayAsync(new Uri(Url, $"_sandbox/webhook/{path}?limit={limit}"), cancellationToken);

    /// <summary>Forgets what was received, so that every round begins with the same work.</summary>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        using var answer = await _client.DeleteAsync(new Uri(Url, "_sandbox"), cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _client.Dispose();
    }
}
