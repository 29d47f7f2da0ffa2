using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ReverseEtl.IntegrationTests.Harness;

/// <summary>The real program, running.</summary>
internal sealed class CdpProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "cdp.dll");

    private readonly Process _process;
    private readonly Task<string> _out;
    private readonly Task<string> _error;

    private CdpProcess(Process process)
    {
        _process = process;
        _out = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>What a shell tells of a process that died by SIGKILL.</summary>
    public const int Killed = 128 + 9;

    /// <summary>Its number.</summary>
    public int Id => _process.Id;

    /// <summary>Starts it in a folder; a variable that is null is taken out of the environment.</summary>
    public static CdpProcess Start(string folder, IReadOnlyDictionary<string, string?> variables, IEnumerable<string> arguments) =>
        Start(folder, variables, "dotnet", [Program, .. arguments]);

    /// <summary>Starts it where no file may grow beyond a size, as on a disk that is full.</summary>
    public static CdpProcess StartShortOfDisk(int kilobytes, string folder, IReadOnlyDictionary<string, string?> variables, IEnumerable<string> arguments)
    {
        // The signal is ignored, so that the write fails instead; the runtime's own code pages must not be files.
        var script = string.Create(CultureInfo.InvariantCulture, $"trap '' XFSZ; ulimit -f {kilobytes}; exec dotnet \"$0\" \"$@\"");
        return Start(folder, new Dictionary<string, string?>(variables) { ["DOTNET_EnableWriteXorExecute"] = "0" }, "bash", ["-c", script, Program, .. arguments]);
    }

    private static CdpProcess Start(string folder, IReadOnlyDictionary<string, string?> variables, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return new CdpProcess(process);
    }

    /// <summary>Waits for its end; a program that hangs is killed and fails the test with what it had said.</summary>
    public async Task<CdpResult> EndAsync()
    {
        try
        {
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Limit, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            await KillAsync();
            Assert.Fail($"cdp did not end within {Limit}\nstdout: {await _out}\nstderr: {await _error}");
        }

        return new CdpResult(_process.ExitCode, await _out, await _error);
    }

    /// <summary>True once it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>What <c>kill -9</c> does: no handler runs.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>What Ctrl-C does.</summary>
    public Task InterruptAsync() => SignalAsync("INT");

    /// <summary>Sends a signal by its name.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }
}
