using System.CommandLine;
using ReverseEtl.Cli.Commands;
using ReverseEtl.Cli.Output;

var root = new RootCommand("Reverse ETL from your warehouse: models in SQL, synced to your tools, nothing by accident.")
{
    GlobalOptions.Project,
    GlobalOptions.Environment,
    GlobalOptions.Remote,
    GlobalOptions.Json,
    GlobalOptions.Verbose,
    InitCommand.Create(),
    ValidateCommand.Create(),
    ModelsCommand.Create(),
    PreviewCommand.Create(),
    TestCommand.Create(),
    PlanCommand.Create(),
    ApplyCommand.Create(),
    RunCommand.Create(),
    ServeCommand.Create(),
    StatusCommand.Create(),
    OrderCommands.Pause(),
    OrderCommands.Resume(),
    OrderCommands.Cancel(),
    RejectedCommand.Create(),
    ResolveCommand.Create(),
    StateCommand.Create(),
    AuditCommand.Create(),
    AlertsCommand.Create(),
    HistoryCommand.Create(),
    ExplainCommand.Create(),
    TokenCommand.Create(),
    SandboxCommand.Create(),
    SchemaCommand.Create(),
    DestinationsCommand.Create(),
    DoctorCommand.Create(),
};

var parsed = root.Parse(args.Length > 0 ? args : ["--help"]);
if (UsageErrors.Report(parsed))
    return ExitCode.Wrong;

// Batches in flight are finished after Ctrl-C, so the process is given time to.
return await parsed.InvokeAsync(new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false,
    ProcessTerminationTimeout = TimeSpan.FromMinutes(1),
});
