using System.CommandLine;
using ReverseEtl.Server.Composition;
using ReverseEtl.Cli.Output;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp sandbox</c>: the emulators on a local port, with what they have received.</summary>
internal static class SandboxCommand
{
    private const int UsualPort = 4600;

    private static readonly Option<int?> Port = WholeNumber.Option("--port",
        $"The port on this machine, 0 for any that is free; {UsualPort} when left out.", most: 65535);

    public static Command Create()
    {
        var command = new Command("sandbox", "Emulators of destinations on a local port, with a page that shows what they received.") { Port };
        CommandContext.Handle(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var sandbox = new LocalSandbox(SharedParts.SandboxFolder(context.Files().Folder));
        var url = await sandbox.ServeAsync(context.Get(Port) ?? UsualPort, cancellationToken);
        if (context.Json)
        {
            Json.Write(writer =>
            {
                writer.WriteString("url", url.ToString());
                SandboxHoldings.Write(writer, sandbox.Accounts);
            });
        }
        else
        {
            Console.Out.WriteLine($"sandbox at {url}  (Ctrl-C ends it; what it received stays)");
            SandboxHoldings.Print(Console.Out, sandbox.Accounts);
        }

        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how it ends.
        }

        if (!context.Json)
            SandboxHoldings.Print(Console.Out, sandbox.Accounts);

        return ExitCode.Ok;
    }
}
