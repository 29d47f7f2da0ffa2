using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Config;
using ReverseEtl.Server.Hosting;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp serve</c>: the project as a service.</summary>
internal static class ServeCommand
{
    private static readonly Option<string?> Url = new("--url") { Description = "Where to listen, instead of what serve.url in cdp.config.json says.", HelpName = "URL" };

    public static Command Create()
    {
        var command = new Command("serve", "Run the project as a service: schedules, HTTP API, health and metrics.") { Url };
        CommandContext.Handle(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var options = new ServeSettings(context.Files(), context.Environment, UrlOf(context), logging => Log(logging, context));
        await using var host = await ServeHost.StartAsync(options, TimeProvider.System, cancellationToken);
        var scheduled = host.Project.Syncs.Count(sync => sync.File.Schedule?.ToString() is not (null or "manual"));
        Console.Error.WriteLine($"{host.Project.Config.Project} is served at {host.Url}: {scheduled} of {host.Project.Syncs.Count} syncs by a schedule; Ctrl-C stops it");
        await host.WaitAsync(cancellationToken);
        return ExitCode.Ok;
    }

    private static Uri? UrlOf(CommandContext context) => context.Get(Url) is not { } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" ? url
        : throw new ProjectException(new Position("command line"), $"--url takes an address such as http://127.0.0.1:8321, not \"{text}\"");

    // Lines for people at a terminal, JSON for what collects logs; on standard error, as all logs of this program.
    private static void Log(ILoggingBuilder logging, CommandContext context)
    {
        logging.SetMinimumLevel(context.Verbose ? LogLevel.Debug : LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("System", LogLevel.Warning)
            // Why it cannot start the command says itself.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
            .AddFilter("Quartz", LogLevel.Warning)
            .Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        if (Console.IsErrorRedirected || context.Json)
            logging.AddJsonConsole(options => (options.UseUtcTimestamp, options.TimestampFormat) = (true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
        else
            logging.AddConsole(options => options.FormatterName = LogLines.FormatterName).AddConsoleFormatter<LogLines, ConsoleFormatterOptions>();
    }
}
