using System.CommandLine;
using System.Globalization;
using ReverseEtl.Server.Composition;
using ReverseEtl.Server.Operations;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.State;
using ReverseEtl.Warehouses;
using ReverseEtl.Warehouses.Moving;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp state</c>: what is kept of what was told, as a whole. Sends nothing.</summary>
internal static class StateCommand
{
    private static readonly Argument<string[]> Moved = new("SYNC") { Description = "The syncs; all when left out.", Arity = ArgumentArity.ZeroOrMore };

    private static readonly Argument<string[]> Forgotten = new("SYNC") { Description = "The syncs.", Arity = ArgumentArity.OneOrMore };

    private static readonly Option<PlannerPlace> To = new("--to") { Description = "Where their plans will be made.", HelpName = "warehouse|local", Required = true };

    public static Command Create()
    {
        var move = new Command("move", "Moves snapshots between this machine and the warehouse, for \"planner\" in cdp.config.json; sends nothing.") { Moved, To };
        CommandContext.Handle(move, MoveAsync);
        var reset = new Command("reset", "Forgets what was told: the next run sends every row, and knows of no row to remove.") { Forgotten };
        CommandContext.Handle(reset, ResetAsync);
        return new Command("state", "Moves or forgets what is kept of what destinations were told.") { move, reset };
    }

    private static async Task<int> MoveAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var operations = context.OpenLocal("cdp state");
        var session = operations.Session;
        var to = context.Get(To);
        if (await session.WarehouseAsync(cancellationToken) is not IPlansAnywhere warehouse)
            throw new ProjectException(new Position(ProjectLoader.ConfigFile, Path: "warehouse.type"), "syncs of this warehouse are planned on this machine only, so there is nowhere to move to");
        var exitCode = await EachAsync(context, operations, Moved, (sync, destination, lease) => MoveAsync(session, warehouse, to, sync, destination, lease, cancellationToken), cancellationToken);
        if (warehouse.Place != to)
            Console.Error.WriteLine($"now say \"planner\": \"{Word(to)}\" of the warehouse in {ProjectLoader.ConfigFile}");
        return exitCode;
    }

    private static async Task<(long Rows, string Said)> MoveAsync(
        Session session, IPlansAnywhere warehouse, PlannerPlace to, Sync sync, IDestination destination, Lease lease, CancellationToken cancellationToken)
    {
        var (local, inside) = (await RequestAsync(PlannerPlace.Local), await RequestAsync(PlannerPlace.Warehouse));
        var (from, asked) = to is PlannerPlace.Local ? (PlannerPlace.Warehouse, inside) : (PlannerPlace.Local, local);
        var source = warehouse.PlanningAt(from).Planner(session.Scope);
        if ((await source.ListHeldAsync(asked, cancellationToken)).Count is > 0 and var held)
            throw new ProjectException(new Position($"sync {sync.Name}"), $"{held} rows are in doubt; settle them first: cdp resolve {sync.Name}");
        if (await warehouse.MoveAsync(session.Scope, local, inside, to, cancellationToken) is not { } moved)
            return (0, "nothing is kept of it there, so there is nothing to move");
        await RecordAsync(session, lease, sync, "move", $"--to {Word(to)}, {moved.Rows} rows", cancellationToken);
        await source.ForgetAsync(asked, cancellationToken);
        return (moved.Rows, Describe(moved, to));

        async Task<PlanRequest> RequestAsync(PlannerPlace place) =>
            Request(session, sync, destination, await session.QueryAsync(sync, destination, warehouse.PlanningAt(place), cancellationToken));
    }

    private static async Task<int> ResetAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var operations = context.OpenLocal("cdp state");
        var session = operations.Session;
        return await EachAsync(
            context,
            operations,
            Forgotten,
            async (sync, destination, lease) =>
            {
                await RecordAsync(session, lease, sync, LostSnapshot.Reset, "what was told is forgotten", cancellationToken);
                var request = Request(session, sync, destination, await session.QueryAsync(sync, destination, cancellationToken));
                var rows = await (await session.PlannerAsync(cancellationToken)).ForgetAsync(request, cancellationToken);
                return (rows, string.Create(CultureInfo.InvariantCulture, $"{rows:N0} rows are forgotten; the next run sends every row, and what left the model before then stays at the destination"));
            },
            cancellationToken);
    }

    /// <param name="context">The call.</param>
    /// <param name="operations">The project.</param>
    /// <param name="names">The syncs.</param>
    /// <param name="work">Does it to one that nobody else runs meanwhile; gives the rows, and what to say.</param>
    /// <param name="cancellationToken">Stops it.</param>
    private static async Task<int> EachAsync(
        CommandContext context, LocalOperations operations, Argument<string[]> names, Func<Sync, IDestination, Lease, Task<(long Rows, string Said)>> work, CancellationToken cancellationToken)
    {
        var session = operations.Session;
        var store = await session.StoreAsync(cancellationToken);
        var done = new List<(string Sync, long? Rows, string Said)>();
        var exitCode = ExitCode.Ok;
        foreach (var sync in CommandContext.Select(operations, context.Get(names), new RunOptions()))
        {
            try
            {
                await using var lease = await HeldLease.AcquireAsync(store, sync.Name, ThisProcess.Holder, TimeProvider.System, cancellationToken);
                if (await store.FindOpenRunAsync(sync.Name, cancellationToken) is { } open)
                    throw new ProjectException(new Position($"sync {sync.Name}"), $"run {open.RunId} was interrupted; finish it first: cdp run {sync.Name}");
                await using var destination = await session.OpenDestinationAsync(sync, "", cancellationToken);
                var (rows, said) = await work(sync, destination, lease.Lease);
                done.Add((sync.Name, rows, said));
                if (!context.Json)
                    Console.Out.WriteLine($"{sync.Name}: {said}");
            }
            catch (Exception error) when (Failures.TryExplain(error, out var message, out var code))
            {
                done.Add((sync.Name, null, context.Describe(error, message)));
                exitCode = ExitCode.Worse(exitCode, code);
                Terminal.Fail($"{sync.Name}: {done[^1].Said}");
            }
        }

        if (context.Json)
            Json.Write(writer => writer.WriteList("syncs", done, sync => Write(writer, sync)));
        return exitCode;
    }

    private static void Write(System.Text.Json.Utf8JsonWriter writer, (string Sync, long? Rows, string Said) done)
    {
        writer.WriteString("sync", done.Sync);
        if (done.Rows is { } rows)
            writer.WriteNumber("rows", rows);
        else
            writer.WriteString("error", done.Said);
    }

    private static PlanRequest Request(Session session, Sync sync, IDestination destination, SyncQuery query) =>
        RunRequest.PlanOf(sync, destination.Descriptor, query, "", session.AsOf, new RunOptions());

    private static async Task RecordAsync(Session session, Lease lease, Sync sync, string action, string detail, CancellationToken cancellationToken) =>
        await (await session.StoreAsync(cancellationToken)).RecordAuditAsync(
            lease, new AuditEntry(TimeProvider.System.GetUtcNow(), sync.Name, null, ThisProcess.Holder.Name, action, detail), cancellationToken);

    private static string Describe(MovedSnapshot moved, PlannerPlace to)
    {
        var differing = moved.Differing == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {moved.Differing:N0} of them are not in the model as they were told, the next run tells of them");
        return string.Create(CultureInfo.InvariantCulture, $"{moved.Rows:N0} rows moved {(to is PlannerPlace.Local ? "here" : "to the warehouse")}{differing}");
    }

    private static string Word(PlannerPlace place) => place is PlannerPlace.Local ? "local" : "warehouse";
}
