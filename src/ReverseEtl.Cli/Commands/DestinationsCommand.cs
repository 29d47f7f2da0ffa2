using System.CommandLine;
using ReverseEtl.Server.Composition;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using Spectre.Console;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp destinations [TYPE]</c>: the kinds of destinations that this program knows, with their objects and fields.</summary>
internal static class DestinationsCommand
{
    private static readonly Argument<string?> Type = new("TYPE")
    {
        Description = "One kind, with all its options, objects, limits and fields, as Markdown.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create()
    {
        var command = new Command("destinations", "The kinds of destinations: their objects, modes, limits and fields.") { Type };
        CommandContext.Handle(command, (context, _) => Task.FromResult(Run(context)));
        return command;
    }

    private static int Run(CommandContext context)
    {
        var types = Registry.Types.Destinations.OrderBy(type => type.Type, StringComparer.Ordinal).ToList();
        var name = context.Get(Type);
        if (name is not null)
            types = [types.FirstOrDefault(type => type.Type == name) ?? throw Unknown(name, types)];
        if (context.Json)
            Json.Write(writer => writer.WriteList("destinations", types, type => DestinationDoc.Write(writer, type)));
        else if (name is not null)
            Console.Out.Write($"# {name}: {types[0].Summary}\n\n{DestinationDoc.Markdown(types[0])}");
        else
            WriteTable(types);
        return ExitCode.Ok;
    }

    private static void WriteTable(IEnumerable<IDestinationType> types)
    {
        var table = Terminal.Table("type", "object", "modes", "what it is");
        foreach (var type in types)
        {
            foreach (var spec in type.Objects)
            {
                var modes = string.Join(", ", spec.Modes.Select(mode => mode.ToString().ToLowerInvariant()));
                table.AddRow(new[] { type.Type, spec.Name, modes, type.Summary }.Select(Markup.Escape).ToArray());
            }
        }

        Terminal.Out.Write(table);
        Terminal.Out.MarkupLine("[grey]cdp destinations TYPE tells all about one[/]");
    }

    private static ProjectException Unknown(string name, IEnumerable<IDestinationType> types) => new(
        new Position("command line"), $"there is no destination of type \"{name}\"{Nearest.Hint(name, types.Select(type => type.Type))}");
}
