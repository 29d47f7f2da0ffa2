using System.CommandLine;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.Syncs;

namespace ReverseEtl.Cli.Commands;

/// <summary>What can be asked of one run, and of a look at what it would do.</summary>
internal static class AskedOfRun
{
    public static readonly Option<string?> AllowRemoved = new("--allow-removed")
    {
        Description = "Replaces the guard max_removed for this run: a share such as 60%, or a number of rows.",
        HelpName = "N%",
    };

    public static readonly Option<bool> AllowSchema = new("--allow-schema") { Description = "Lets mapped columns of another type pass for this run." };

    public static readonly Option<bool> Full = new("--full") { Description = "Sends every row of the model again, and still removes what left it." };

    public static readonly Option<bool> Replace = new("--replace")
    {
        Description = "Makes what the destination holds exactly the model's rows, whatever others put there; for named syncs in mode mirror.",
    };

    public static readonly Option<bool> Rekey = new("--rekey") { Description = "Begins anew where the model's key is another one: a mirror removes what it told first." };

    public static readonly Option<bool> RetryRejected = new("--retry-rejected") { Description = "Tries rejected rows again though they are not due." };

    /// <summary>What the command line asks for; options that the command has not are left alone.</summary>
    /// <exception cref="ProjectException">A value is wrong.</exception>
    public static RunOptions Read(CommandContext context) => new()
    {
        AllowRemoved = ParseLimit(context.Get(AllowRemoved)),
        AllowSchema = context.Get(AllowSchema),
        Full = context.Get(Full),
        Replace = context.Get(Replace),
        Rekey = context.Get(Rekey),
        RetryRejected = context.Get(RetryRejected),
    };

    /// <summary>Checks what is asked for before any of the syncs runs.</summary>
    /// <param name="names">The syncs that were named; none for all.</param>
    /// <param name="syncs">The syncs.</param>
    /// <param name="options">What is asked of them.</param>
    /// <exception cref="ProjectException">It is not for these syncs, or not for all at once.</exception>
    public static void Check(IReadOnlyList<string>? names, IReadOnlyList<Sync> syncs, RunOptions options)
    {
        if (!options.Replace)
            return;
        if (names is not { Count: > 0 })
            throw new ProjectException(new Position("command line"), "--replace is for syncs that are named: cdp run SYNC --replace");
        if (options.Rekey)
            throw new ProjectException(new Position("command line"), "--replace and --rekey are two runs: first --rekey, which takes out what was told under the old key, then --replace");
        foreach (var sync in syncs)
            Check(sync, options);
    }

    /// <exception cref="ProjectException">The sync's mode or destination does not allow what is asked for.</exception>
    public static void Check(Sync sync, RunOptions options)
    {
        var mode = sync.File.Mode;
        if (options.Full && !mode.TellsOfChanges())
            throw new ProjectException(sync.At, $"mode {mode.ToString().ToLowerInvariant()} tells of each row once, so --full cannot send rows again; it is for upsert, update and mirror");
        if (options.Replace && !mode.Removes())
            throw new ProjectException(sync.At, $"--replace is for mode mirror; sync {sync.Name} has mode {mode.ToString().ToLowerInvariant()}");
        if (options.Replace && !sync.Spec.Replaces)
            throw new ProjectException(sync.At, $"what {sync.Spec.Name} of {sync.Type.Type} holds cannot be replaced as a whole; --full sends every row again");
    }

    private static Limit? ParseLimit(string? text)
    {
        if (text is null)
            return null;
        return Limit.TryParse(text, out var limit)
            ? limit
            : throw new ProjectException(new Position("command line"), $"--allow-removed takes a share such as 60% or a number of rows, not \"{text}\"");
    }
}
