using System.Globalization;

namespace ReverseEtl.Benchmarks.Diff;

/// <summary>The most memory that this process has held, as Linux counts it (VmHWM); 0 elsewhere.</summary>
internal static class PeakMemory
{
    /// <summary>Forgets the peak, so that preparing the tables does not count.</summary>
    public static void Reset()
    {
        if (OperatingSystem.IsLinux())
            File.WriteAllText("/proc/self/clear_refs", "5");
    }

    public static long Megabytes()
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
