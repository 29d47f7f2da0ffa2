using System.Diagnostics;
using System.Globalization;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Cli.Composition;

/// <summary>Who this process is, among those that may run the same syncs.</summary>
internal static class ThisProcess
{
    /// <summary>Host, process and when it started: process numbers are used again.</summary>
    public static Holder Holder { get; } = new(NameOf(Process.GetCurrentProcess()), IsDead);

    private static string NameOf(Process process) => string.Create(CultureInfo.InvariantCulture,
        $"{Environment.MachineName} process {process.Id} since {process.StartTime.ToUniversalTime():yyyy-MM-ddTHH:mm:ssZ}");

    private static bool IsDead(string holder)
    {
        var words = holder.Split(' ');
        if (words is not [var host, "process", var number, "since", _] || host != Environment.MachineName
            || !int.TryParse(number, CultureInfo.InvariantCulture, out var id))
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(id);
            return NameOf(process) != holder;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
