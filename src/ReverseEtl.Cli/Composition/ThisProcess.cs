using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Cli.Composition;

/// <summary>Who this process is, among those that may run the same syncs.</summary>
internal static class ThisProcess
{
    /// <summary>Host, process and when it started: process numbers are used again.</summary>
    public static Holder Holder { get; } = new(NameOf(Process.GetCurrentProcess()), IsDead);

    // The system counts a start from its boot, so that it moves a little whenever the clock is set.
    private static readonly TimeSpan ClockMoves = TimeSpan.FromMinutes(1);

    private static string NameOf(Process process) => string.Create(CultureInfo.InvariantCulture,
        $"{Environment.MachineName} process {process.Id} since {process.StartTime.ToUniversalTime():yyyy-MM-ddTHH:mm:ssZ}");

    private static bool IsDead(string holder)
    {
        var words = holder.Split(' ');
        if (words is not [var host, "process", var number, "since", var start] || host != Environment.MachineName
            || !int.TryParse(number, CultureInfo.InvariantCulture, out var id)
            || !DateTimeOffset.TryParse(start, CultureInfo.InvariantCulture, out var since))
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(id);
            return (process.StartTime.ToUniversalTime() - since.UtcDateTime).Duration() > ClockMoves;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return true;
        }
        catch (Win32Exception)
        {
            // Another user's: its number is in use, and more may not be known of it.
            return false;
        }
    }
}
