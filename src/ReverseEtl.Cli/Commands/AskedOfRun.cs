using System.CommandLine;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Projects;

namespace ReverseEtl.Cli.Commands;

/// <summary>What can be asked of one run, and of a look at what it would do.</summary>
internal static class AskedOfRun
{
    public static readonly Option<bool> Full = new("--full") { Description = "Sends every row of the model again, and still removes what left it." };

    public static readonly Option<bool> Rekey = new("--rekey") { Description = "Begins anew where the model's key is another one: a mirror removes what it told first." };

    public static readonly Option<bool> RetryRejected = new("--retry-rejected") { Description = "Tries rejected rows again though they are not due." };

    public static RunOptions Read(CommandContext context) => new()
    {
        Full = context.Get(Full),
        Rekey = context.Get(Rekey),
        RetryRejected = context.Get(RetryRejected),
    };

    /// <exception cref="ProjectException">The sync's mode does not allow what is asked for.</exception>
    public static void Check(Sync sync, RunOptions options)
    {
        var mode = sync.File.Mode;
        if (options.Full && !mode.TellsOfChanges())
            throw new ProjectException(sync.At, $"mode {mode.ToString().ToLowerInvariant()} tells of each row once, so --full cannot send rows again; it is for upsert, update and mirror");
    }
}
