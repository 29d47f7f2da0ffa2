using ReverseEtl.Core.State;

namespace ReverseEtl.Cli.Output;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>All delivered, or nothing to do.</summary>
    public const int Ok = 0;

    /// <summary>Rows remain undelivered.</summary>
    public const int Undelivered = 1;

    /// <summary>The project or the command is wrong.</summary>
    public const int Wrong = 2;

    /// <summary>A guard stopped the run.</summary>
    public const int Guarded = 3;

    /// <summary>A destination or the warehouse cannot be reached or used.</summary>
    public const int Unreachable = 4;

    /// <summary>Stopped by the user, as shells have it for SIGINT.</summary>
    public const int Interrupted = 130;

    /// <summary>A bug in this program, as sysexits.h has it for an internal software error.</summary>
    public const int Bug = 70;

    private static readonly int[] BySeverity = [Ok, Undelivered, Guarded, Unreachable, Wrong, Interrupted];

    /// <summary>What the end of a run means; a failure has its own.</summary>
    public static int Of(RunStatus status) => status switch
    {
        RunStatus.Partial => Undelivered,
        RunStatus.Stopped => Guarded,
        _ => Ok,
    };

    /// <summary>The graver of two.</summary>
    public static int Worse(int one, int other) =>
        Array.IndexOf(BySeverity, one) >= Array.IndexOf(BySeverity, other) ? one : other;
}
