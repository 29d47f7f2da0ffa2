using System.CommandLine;
using ReverseEtl.Benchmarks.Deliver;
using ReverseEtl.Benchmarks.Diff;
using ReverseEtl.Benchmarks.Serve;

return await new RootCommand("Benchmarks of ReverseEtl. All times are wall times on this machine: compare ratios, not seconds.")
{
    DiffCommand.Create(),
    DeliverCommand.Create(),
    ReceiverProcess.CreateCommand(),
    ServeLoadCommand.Create(),
}.Parse(args).InvokeAsync();
