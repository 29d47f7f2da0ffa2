using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Server.Composition;

/// <summary>Who this process is, among those that may run the same syncs.</summary>
internal static class ThisProcess
{
    /// <summary>
    /// Which machine this is, since when it runs: two of one name may share a control store, and a number says nothing of the other's
    /// processes. Where the system does not tell, names of machines must differ.
    /// </summary>
    private static readonly string Boot = BootId();

    /// <summary>User, host and process; with its start, as process numbers are used again.</summary>
    public static Holder Holder { get; } = new(NameOf(Process.GetCurrentProcess()), IsDead);

    internal static string NameOf(Process process) => string.Create(CultureInfo.InvariantCulture,
        $"{Environment.UserName}@{Environment.MachineName} process {process.Id} since {process.StartTime.ToUniversalTime():yyyy-MM-ddTHH:mm:ssZ} tick {TickOf(process)} boot {Boot}");

    /// <summary>True where a holder was a process of this machine and is gone.</summary>
    internal static bool IsDead(string holder)
    {
        // A user's name may have blanks.
        if (holder.Split(' ') is not [.., var place, "process", var number, "since", _, "tick", var start, "boot", var boot]
            || !place.EndsWith($"@{Environment.MachineName}", StringComparison.Ordinal)
            || boot != Boot
            || !int.TryParse(number, CultureInfo.InvariantCulture, out var id)
            || !long.TryParse(start, CultureInfo.InvariantCulture, out var tick))
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(id);
            return TickOf(process) != tick;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return true;
        }
        catch (Exception hidden) when (hidden is Win32Exception or IOException or UnauthorizedAccessException)
        {
            // Another user's: its number is in use, and more may not be known of it.
            return false;
        }
    }

    private static string BootId()
    {
        const string file = "/proc/sys/kernel/random/boot_id";
        return OperatingSystem.IsLinux() && File.Exists(file) ? File.ReadAllText(file)[..8] : "unknown";
    }

    /// <summary>
    /// When a process started, as a number that no setting of the clock changes. Linux counts from its boot, and what
    /// <see cref="Process.StartTime"/> makes of that moves with the clock; other systems write the time down once.
    /// </summary>
    private static long TickOf(Process process)
    {
        if (!OperatingSystem.IsLinux())
            return process.StartTime.ToUniversalTime().Ticks;
        var stat = File.ReadAllText($"/proc/{process.Id}/stat");
        // "id (name) state ...": the name may have blanks and brackets; the start is the twentieth field after it.
        return long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19], CultureInfo.InvariantCulture);
    }
}
