using System.CommandLine;
using System.Text.Json;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Alerts;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Projects;
using ReverseEtl.Server.Alerts;
using Spectre.Console;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp alerts</c>: what is wrong now and who was told; <c>cdp alerts test</c>: whether the channels work.</summary>
internal static class AlertsCommand
{
    private static readonly Argument<string?> Channel = new("CHANNEL") { Description = "The channel; all when left out.", Arity = ArgumentArity.ZeroOrOne };

    public static Command Create()
    {
        var test = new Command("test", "Sends a test message through every channel.") { Channel };
        CommandContext.Handle(test, TestAsync);
        var command = new Command("alerts", "Open incidents of all syncs, and who was told of them.") { test };
        CommandContext.Handle(command, ListAsync);
        return command;
    }

    private static async Task<int> ListAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var session = context.OpenSession();
        var incidents = (await new IncidentLog(await session.StoreAsync(cancellationToken)).ListAsync(cancellationToken)).Where(incident => incident.ClosedAt is null).ToList();
        if (context.Json)
            WriteJson(incidents);
        else
            WriteTable(incidents);
        return ExitCode.Ok;
    }

    private static async Task<int> TestAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var session = context.OpenSession();
        var project = session.Project;
        var message = AlertMessage.Test(project.Config.Project, project.Environment, session.AsOf);
        var channels = Select(project, context.Get(Channel));
        var errors = await Task.WhenAll(channels.Select(channel => ChannelSending.TellAsync(project, channel, message, TimeProvider.System, cancellationToken)));
        var results = channels.Zip(errors, (channel, error) => (Channel: channel, Error: error?.Message)).ToList();
        if (context.Json)
        {
            Json.Write(writer => writer.WriteList("channels", results, result =>
            {
                writer.WriteString("channel", result.Channel);
                writer.WriteBoolean("ok", result.Error is null);
                writer.WriteString("problem", result.Error);
            }));
        }
        else
        {
            foreach (var (channel, error) in results)
                Terminal.Out.MarkupLineInterpolated(error is null ? (FormattableString)$"[green]told[/]  {channel}" : $"[red]wrong[/] {channel}: {error}");
        }

        return errors.Any(error => error is not null) ? ExitCode.Unreachable : ExitCode.Ok;
    }

    private static IReadOnlyList<string> Select(Project project, string? name)
    {
        IReadOnlyList<string> known = [.. project.Config.Alerts?.Channels.Keys ?? [], .. project.Problems.Select(problem => problem.Channel).OfType<string>().Distinct()];
        if (known.Count == 0)
            throw new ProjectException(new Position(ProjectLoader.ConfigFile, Path: "alerts.channels"), "the project has no channel yet; docs/observability.md shows some");
        if (name is not null && !known.Contains(name))
            throw new ProjectException(new Position("command line"), $"there is no channel \"{name}\"{Nearest.Hint(name, known)}");
        return name is null ? known : [name];
    }

    private static void WriteJson(List<Incident> incidents) => Json.Write(writer => writer.WriteList("alerts", incidents, incident =>
    {
        writer.WriteString("sync", incident.Sync);
        writer.WriteString("trigger", Word(incident));
        writer.WriteString("text", incident.Text);
        writer.WriteString("since", incident.OpenedAt.UtcDateTime);
        writer.WriteString("last_at", incident.LastAt.UtcDateTime);
        writer.WriteNumber("runs", incident.Runs);
        writer.WriteString("run_id", incident.RunId);
        writer.WriteList("channels", incident.Channels, channel =>
        {
            writer.WriteString("channel", channel.Key);
            if (channel.Value.Told is { } told)
                writer.WriteString("told_at", told.UtcDateTime);
            else
                writer.WriteNull("told_at");
            writer.WriteString("problem", channel.Value.Error);
        });
    }));

    private static void WriteTable(List<Incident> incidents)
    {
        if (incidents.Count == 0)
        {
            Console.Out.WriteLine("nothing is known to be wrong");
            return;
        }

        var table = Terminal.Table("sync", "what", "since (UTC)", ">runs", "details", "told");
        foreach (var incident in incidents)
        {
            table.AddRow(
                Markup.Escape(incident.Sync), Word(incident), Terminal.When(incident.OpenedAt), Terminal.Count(incident.Runs), Markup.Escape(incident.Text),
                Markup.Escape(string.Join(", ", incident.Channels.Select(Describe))));
        }

        Terminal.Out.Write(table);
    }

    private static string Describe(KeyValuePair<string, Telling> channel) => channel.Value.Told is not null ? channel.Key
        : channel.Value.Error is { } error ? $"{channel.Key} not yet: {error}" : $"{channel.Key} not yet";

    private static string Word(Incident incident) => JsonNamingPolicy.SnakeCaseLower.ConvertName(incident.Trigger.ToString());
}
