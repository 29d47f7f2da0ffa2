using System.CommandLine;
using System.CommandLine.Parsing;
using ReverseEtl.Cli.Commands;
using ReverseEtl.Cli.Output;

var root = new RootCommand("Reverse ETL from your warehouse: models in SQL, synced to your tools, nothing by accident.")
{
    GlobalOptions.Project,
    GlobalOptions.Environment,
    GlobalOptions.Json,
    GlobalOptions.Verbose,
    InitCommand.Create(),
    ValidateCommand.Create(),
    ModelsCommand.Create(),
    PreviewCommand.Create(),
    PlanCommand.Create(),
    RunCommand.Create(),
    StatusCommand.Create(),
    RejectedCommand.Create(),
    SandboxCommand.Create(),
    SchemaCommand.Create(),
    DoctorCommand.Create(),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
        Terminal.Fail(error.Message);
    var path = string.Join(' ', WordsOf(parsed.CommandResult));
    Console.Error.WriteLine($"cdp {path}{(path.Length > 0 ? " " : "")}--help tells what there is");
    return ExitCode.Wrong;
}

// Batches in flight are finished after Ctrl-C, so the process is given time to.
return await parsed.InvokeAsync(new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false,
    ProcessTerminationTimeout = TimeSpan.FromMinutes(1),
});

static IEnumerable<string> WordsOf(CommandResult command) =>
    command.Parent is CommandResult parent ? [.. WordsOf(parent), command.Command.Name] : [];
