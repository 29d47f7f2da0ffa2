using System.Diagnostics;

namespace ReverseEtl.Benchmarks.Diff;

/// <summary>Wall times of one kind of work, of which the median counts.</summary>
internal sealed class Timings(string name)
{
    private readonly List<double> _wall = [];
    private readonly List<double> _cpu = [];

    public double Median => _wall.Order().ElementAt(_wall.Count / 2);

    /// <summary>Seconds of processor time, over all threads: on a machine that others use, it tells more than the wall clock.</summary>
    public double CpuMedian => _cpu.Order().ElementAt(_cpu.Count / 2);

    public async Task<T> MeasureAsync<T>(Func<Task<T>> work)
    {
        var (started, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var result = await work();
        _wall.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        _cpu.Add((Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
        // On stderr, so that a long benchmark can be watched.
        await Console.Error.WriteLineAsync(FormattableString.Invariant($"{name} {_wall[^1]:0.000} s, processor {_cpu[^1]:0.000} s"));
        return result;
    }

    public Task MeasureAsync(Func<Task> work) => MeasureAsync(async () =>
    {
        await work();
        return true;
    });
}
