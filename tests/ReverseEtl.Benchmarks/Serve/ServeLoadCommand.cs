using System.CommandLine;

namespace ReverseEtl.Benchmarks.Serve;

/// <summary><c>serve</c>: many small syncs on one service.</summary>
internal static class ServeLoadCommand
{
    private static readonly Option<int> Syncs = new("--syncs") { DefaultValueFactory = _ => 500, Description = "Syncs." };

    private static readonly Option<int> Every = new("--every") { DefaultValueFactory = _ => 60, Description = "Seconds from one turn of a sync to the next." };

    private static readonly Option<int> Rows = new("--rows") { DefaultValueFactory = _ => 1000, Description = "Rows of each sync; about one in a hundred changes each minute." };

    private static readonly Option<int> Minutes = new("--minutes") { DefaultValueFactory = _ => 10, Description = "How long, after a first turn of all." };

    public static Command Create()
    {
        var command = new Command("serve", "Runs many small syncs on cdp serve, and tells how late turns began and how memory went.") { Syncs, Every, Rows, Minutes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new ServeLoad(parsed.GetValue(Syncs), TimeSpan.FromSeconds(parsed.GetValue(Every)), parsed.GetValue(Rows), TimeSpan.FromMinutes(parsed.GetValue(Minutes)));
            await ServeLoadBenchmark.RunAsync(options, cancellationToken);
            return 0;
        });
        return command;
    }
}

/// <summary>A load.</summary>
/// <param name="Syncs">How many syncs.</param>
/// <param name="Every">From one turn to the next.</param>
/// <param name="Rows">Rows of each.</param>
/// <param name="Length">How long it is watched.</param>
internal sealed record ServeLoad(int Syncs, TimeSpan Every, int Rows, TimeSpan Length);
