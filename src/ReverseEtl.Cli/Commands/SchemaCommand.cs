using System.CommandLine;
using ReverseEtl.Server.Composition;
using ReverseEtl.Cli.Output;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp schema</c>: the JSON Schema of cdp.config.json.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var command = new Command("schema", "The JSON Schema of cdp.config.json, for editors: cdp schema > cdp.schema.json");
        CommandContext.Handle(command, (_, _) =>
        {
            Console.Out.Write(Registry.ConfigSchema());
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }
}
