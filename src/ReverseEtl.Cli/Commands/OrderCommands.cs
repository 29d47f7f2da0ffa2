using System.CommandLine;
using System.Globalization;
using ReverseEtl.Cli.Output;
using ReverseEtl.Server.Api;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp pause</c>, <c>cdp resume</c> and <c>cdp cancel</c>: orders to a service about one sync.</summary>
internal static class OrderCommands
{
    private static readonly Argument<string> Name = new("SYNC") { Description = "The sync." };

    private static readonly Option<string?> Reason = new("--reason") { Description = "Why, for those who find the sync paused.", HelpName = "TEXT" };

    public static Command Pause()
    {
        var command = new Command("pause", "Lets the schedule of a sync pass without runs, until it is resumed. A service's; see --remote.") { Name, Reason };
        CommandContext.Handle(command, async (context, cancellationToken) =>
        {
            await using var service = context.OpenRemote("cdp pause");
            return Write(context, await service.PauseAsync(context.Get(Name)!, context.Get(Reason), cancellationToken), "is paused; a run under way goes on");
        }, remotely: true);
        return command;
    }

    public static Command Resume()
    {
        var command = new Command("resume", "Ends the pause of a sync. A service's; see --remote.") { Name };
        CommandContext.Handle(command, async (context, cancellationToken) =>
        {
            await using var service = context.OpenRemote("cdp resume");
            return Write(context, await service.ResumeAsync(context.Get(Name)!, cancellationToken), "runs by its schedule again");
        }, remotely: true);
        return command;
    }

    public static Command Cancel()
    {
        var command = new Command("cancel", "Stops the run of a sync, waiting or under way. A service's; see --remote.") { Name };
        CommandContext.Handle(command, async (context, cancellationToken) =>
        {
            await using var service = context.OpenRemote("cdp cancel");
            var cancelled = await service.CancelAsync(context.Get(Name)!, cancellationToken);
            if (context.Json)
                Json.Write(cancelled);
            else
                Console.Out.WriteLine($"{cancelled.Sync}: its run stops; what is in flight is finished, and the next run goes on from there");
            return ExitCode.Ok;
        }, remotely: true);
        return command;
    }

    private static int Write(CommandContext context, TimingAnswer timing, string what)
    {
        if (context.Json)
            Json.Write(timing);
        else
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{timing.Sync} ({timing.Schedule}) {what}{(timing.Next is { } next ? $", next {Terminal.When(next)} UTC" : "")}"));
        return ExitCode.Ok;
    }
}
