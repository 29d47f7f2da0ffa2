using System.CommandLine;
using ReverseEtl.Benchmarks.Deliver;
using ReverseEtl.Benchmarks.Diff;

return await new RootCommand("Benchmarks of ReverseEtl. All times are wall times on this machine: compare ratios, not seconds.")
{
    DiffCommand.Create(),
    DeliverCommand.Create(),
    ReceiverProcess.CreateCommand(),
}.Parse(args).InvokeAsync();
