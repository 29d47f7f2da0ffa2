using System.CommandLine;
using ReverseEtl.Server.Composition;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using Spectre.Console;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp resolve SYNC</c>: rows of which nobody knows whether they arrived; a person says what became of them.</summary>
internal static class ResolveCommand
{
    /// <summary>How many keys the audit names.</summary>
    private const int AuditedKeys = 1000;

    private static readonly Argument<string> Name = new("SYNC") { Description = "The sync." };

    private static readonly Option<bool> Arrived = new("--arrived") { Description = "The rows are at the destination: count them as told." };

    private static readonly Option<bool> NotArrived = new("--not-arrived") { Description = "The rows are not at the destination: send them with the next run." };

    private static readonly Option<string[]> Keys = new("--key")
    {
        Description = "Only these rows; all when left out.",
        HelpName = "K",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    public static Command Create()
    {
        var command = new Command("resolve", "Rows that were sent and never answered for: lists them, or settles them.") { Name, Arrived, NotArrived, Keys };
        CommandContext.Handle(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (arrived, notArrived) = (context.Get(Arrived), context.Get(NotArrived));
        if (arrived && notArrived)
            throw new ProjectException(new Position("command line"), "say either --arrived or --not-arrived");
        await using var session = context.OpenSession();
        var sync = CommandContext.Select(session.Project, [context.Get(Name)!])[0];
        await using var destination = await session.OpenDestinationAsync(sync, "", cancellationToken);
        var query = await session.QueryAsync(sync, destination, cancellationToken);
        var request = RunRequest.PlanOf(sync, destination.Descriptor, query, $"{session.NewRunId(sync)}-resolved", session.AsOf, new RunOptions()) with { Keep = arrived || notArrived };
        var planner = await session.PlannerAsync(cancellationToken);
        if (!request.Keep)
            return List(context, sync.Name, await planner.ListHeldAsync(request, cancellationToken));

        var settled = await SettleAsync(await session.StoreAsync(cancellationToken), planner, request, arrived, context.Get(Keys) ?? [], cancellationToken);
        if (context.Json)
        {
            Json.Write(writer =>
            {
                writer.WriteString("sync", sync.Name);
                writer.WriteNumber("resolved", settled);
            });
        }
        else
        {
            Console.Out.WriteLine($"{sync.Name}: {settled} rows {(arrived ? "count as told" : "will be sent by the next run")}");
        }

        return ExitCode.Ok;
    }

    private static async Task<int> SettleAsync(
        IControlStore store, ISyncPlanner planner, PlanRequest request, bool arrived, string[] keys, CancellationToken cancellationToken)
    {
        await using var lease = await HeldLease.AcquireAsync(store, request.Sync, ThisProcess.Holder, TimeProvider.System, cancellationToken);
        var held = await planner.ListHeldAsync(request, cancellationToken);
        var which = (keys.Length == 0 ? held : held.Where(row => keys.Contains(row.Key))).Select(row => row.Key).ToHashSet();
        if (which.Count == 0)
            return 0;
        var order = new AuditEntry(
            TimeProvider.System.GetUtcNow(), request.Sync, null, ThisProcess.Holder.Name, "resolve", Describe(arrived, which));
        await store.RecordAuditAsync(lease.Lease, order, cancellationToken);
        return await planner.ResolveAsync(request, row => which.Contains(row.Key), arrived, cancellationToken);
    }

    private static string Describe(bool arrived, IReadOnlyCollection<string> keys)
    {
        var named = string.Join(", ", keys.Take(AuditedKeys));
        var more = keys.Count > AuditedKeys ? $", and {keys.Count - AuditedKeys} more" : "";
        return $"{(arrived ? Arrived : NotArrived).Name}, {keys.Count} rows: {named}{more}";
    }

    private static int List(CommandContext context, string sync, IReadOnlyList<HeldRow> rows)
    {
        if (context.Json)
        {
            Json.Write(writer =>
            {
                writer.WriteString("sync", sync);
                writer.WriteList("unknown", rows, row =>
                {
                    writer.WriteString("key", row.Key);
                    writer.WriteString("kind", row.Kind.ToString().ToLowerInvariant());
                });
            });
            return ExitCode.Ok;
        }

        if (rows.Count == 0)
        {
            Console.Out.WriteLine($"{sync}: no row is in doubt");
            return ExitCode.Ok;
        }

        var table = Terminal.Table("key", "sent as");
        foreach (var row in rows)
            table.AddRow(Markup.Escape(row.Key), row.Kind.ToString().ToLowerInvariant());
        Terminal.Out.Write(table);
        Console.Out.WriteLine($"{sync}: {rows.Count} rows were sent and never answered for; look at the destination, then cdp resolve {sync} --arrived or --not-arrived (--key K for single rows)");
        return ExitCode.Ok;
    }
}
