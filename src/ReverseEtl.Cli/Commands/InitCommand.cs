using System.CommandLine;
using System.Reflection;
using ReverseEtl.Server.Composition;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp init</c>: a new project from a template, ready to run.</summary>
internal static class InitCommand
{
    private const string Prefix = "Template/";

    // A repository that exists has its own, which stay.
    private static readonly string[] OfAnyRepository = [".gitignore", "README.md"];

    private static readonly Argument<string> Folder = new("DIR")
    {
        Description = "Where to make it; this folder when left out.",
        DefaultValueFactory = _ => ".",
    };

    public static Command Create()
    {
        var command = new Command("init", "A new project from a template, ready to run; or a new sync.") { Folder, InitSyncCommand.Create() };
        CommandContext.Handle(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(context.Get(Folder)!);
        var assembly = Assembly.GetExecutingAssembly();
        var files = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToDictionary(name => name[Prefix.Length..].Replace('\\', '/'));
        foreach (var file in OfAnyRepository.Where(file => File.Exists(Path.Combine(folder, file))))
            files.Remove(file);
        var present = files.Keys.Where(file => File.Exists(Path.Combine(folder, file))).ToList();
        if (present.Count > 0)
            throw new ProjectException(new Position(folder), $"{string.Join(", ", present)} stand here already, so nothing was written; choose another folder");

        foreach (var (file, resource) in files)
        {
            var path = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var source = assembly.GetManifestResourceStream(resource)!;
            await using var target = File.Create(path);
            await source.CopyToAsync(target, cancellationToken);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "cdp.schema.json"), Registry.ConfigSchema(), cancellationToken);
        Tell(context, folder, files.Keys);
        return ExitCode.Ok;
    }

    private static void Tell(CommandContext context, string folder, IEnumerable<string> files)
    {
        if (context.Json)
        {
            Json.Write(writer =>
            {
                writer.WriteString("folder", folder);
                writer.WriteStartArray("files");
                foreach (var file in files)
                    writer.WriteStringValue(file);
                writer.WriteEndArray();
            });
            return;
        }

        Console.Out.WriteLine($"a new project in {folder}");
        foreach (var file in files)
            Console.Out.WriteLine($"  {file}");
        Console.Out.WriteLine("next, in that folder: cdp preview active_customers, cdp plan, cdp run");
    }
}
