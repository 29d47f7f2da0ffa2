using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ReverseEtl.Sandbox;

namespace ReverseEtl.Benchmarks.Serve;

/// <summary>Watches a service under load from outside: its own metrics, and its process.</summary>
internal static class ServeLoadBenchmark
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(ServeLoad load, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cdp-load-").FullName;
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), cancellationToken);
        ServeLoadProject.Write(folder, load, sandbox.Url);
        var url = new Uri($"http://127.0.0.1:{FreePort()}");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "cdp.dll"), "serve", "--url", url.ToString()]) { WorkingDirectory = folder })!;
        using var client = new HttpClient { BaseAddress = url };
        try
        {
            // All are new, and due at once: what counts is what comes after.
            await Task.Delay(TimeSpan.FromSeconds(5), cancellationToken);
            while ((await ReadAsync(client, cancellationToken)).Runs < load.Syncs)
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            await Task.Delay(load.Every, cancellationToken);
            await WatchAsync(load, client, process, cancellationToken);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task WatchAsync(ServeLoad load, HttpClient client, Process process, CancellationToken cancellationToken)
    {
        var (before, start) = (await ReadAsync(client, cancellationToken), Stopwatch.StartNew());
        var processor = process.TotalProcessorTime;
        while (start.Elapsed < load.Length)
        {
            await Task.Delay(Look, cancellationToken);
            process.Refresh();
            var now = await ReadAsync(client, cancellationToken);
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{start.Elapsed:mm\\:ss}  {now.Runs - before.Runs} runs, {now.Skipped - before.Skipped} turns not taken, {process.WorkingSet64 >> 20} MB"));
        }

        process.Refresh();
        var (after, elapsed) = (await ReadAsync(client, cancellationToken), start.Elapsed);
        var expected = load.Syncs * elapsed / load.Every;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {load.Syncs} syncs every {load.Every.TotalSeconds:0} s, {load.Rows} rows each, {elapsed.TotalMinutes:0.0} minutes
            runs        {after.Runs - before.Runs} of {expected:0}
            not taken   {after.Skipped - before.Skipped}
            delay p50   below {Percentile(before, after, 0.5):0.###} s
            delay p99   below {Percentile(before, after, 0.99):0.###} s
            processor   {(process.TotalProcessorTime - processor) / elapsed:0.00} of {Environment.ProcessorCount} cores, {(process.TotalProcessorTime - processor).TotalMilliseconds / Math.Max(1, after.Runs - before.Runs):0} ms a run
            memory      {process.WorkingSet64 >> 20} MB
            """));
    }

    /// <summary>The upper bound of the bucket that a share of all turns lies below.</summary>
    private static double Percentile(Figures before, Figures after, double share)
    {
        var buckets = after.Delays.Select(bucket => (bucket.Key, Count: bucket.Value - before.Delays.GetValueOrDefault(bucket.Key))).OrderBy(bucket => bucket.Key).ToList();
        return buckets.First(bucket => bucket.Count >= share * buckets[^1].Count).Key;
    }

    private static async Task<Figures> ReadAsync(HttpClient client, CancellationToken cancellationToken)
    {
        string text;
        try
        {
            text = await client.GetStringAsync("metrics", cancellationToken);
        }
        catch (HttpRequestException)
        {
            return new Figures(0, 0, new Dictionary<double, double>());
        }

        var lines = text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').ToList();
        var delays = lines.Where(line => line.StartsWith("cdp_schedule_delay_seconds_bucket", StringComparison.Ordinal))
            .GroupBy(Bound).ToDictionary(bucket => bucket.Key, bucket => bucket.Sum(Value));
        return new Figures(Sum("cdp_runs_total"), Sum("cdp_schedule_skipped_total"), delays);

        double Sum(string name) => lines.Where(line => line.StartsWith(name, StringComparison.Ordinal)).Sum(Value);
    }

    private static double Value(string line) => double.Parse(line.Split("} ")[1].Split(' ')[0], CultureInfo.InvariantCulture);

    private static double Bound(string line)
    {
        var bound = line.Split("le=\"")[1].Split('"')[0];
        return bound == "+Inf" ? double.PositiveInfinity : double.Parse(bound, CultureInfo.InvariantCulture);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed record Figures(double Runs, double Skipped, IReadOnlyDictionary<double, double> Delays);
}
