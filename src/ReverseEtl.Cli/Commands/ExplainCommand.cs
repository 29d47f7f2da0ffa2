using System.CommandLine;
using ReverseEtl.Server.Composition;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Projects;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp explain SYNC KEY</c>: how one row stands, why, and what the next run would do with it.</summary>
internal static class ExplainCommand
{
    private static readonly Argument<string> Name = new("SYNC") { Description = "The sync." };

    private static readonly Argument<string> Key = new("KEY") { Description = "The row's key; a JSON list where it has several columns." };

    public static Command Create()
    {
        var command = new Command("explain", "One row: in the model, at the destination since when, what was sent and answered, what comes next.") { Name, Key };
        CommandContext.Handle(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var session = context.OpenSession();
        var sync = CommandContext.Select(session.Project, [context.Get(Name)!])[0];
        var key = RowKeyText.Read(sync, context.Get(Key)!);
        var store = await session.StoreAsync(cancellationToken);
        var row = new Explanation(sync.Name, key, await (await session.HistoryAsync(sync, cancellationToken)).ListAsync(key, null, cancellationToken))
        {
            LastRun = await store.ListRunsAsync(sync.Name, 1, cancellationToken) is [var latest] ? latest : null,
            OpenRun = (await store.FindOpenRunAsync(sync.Name, cancellationToken))?.RunId,
        };
        SyncQuery? query = null;
        try
        {
            await using var destination = await session.OpenDestinationAsync(sync, "", cancellationToken);
            query = await session.QueryAsync(sync, destination, cancellationToken);
            var request = RunRequest.PlanOf(sync, destination.Descriptor, query, "", session.AsOf, new RunOptions());
            row = row with { State = await (await session.PlannerAsync(cancellationToken)).ExplainAsync(request, key, cancellationToken) };
        }
        catch (WarehouseException error)
        {
            // Mostly another process runs the sync; the history can be read all the same.
            row = row with { Unavailable = error.Message };
        }

        row = await WithSentAsync(row, session, sync, query, cancellationToken);
        if (context.Json)
            ExplanationJson.Write(row);
        else
            ExplanationText.Write(row);
        return row.Unavailable is null ? ExitCode.Ok : ExitCode.Unreachable;
    }

    private static async Task<Explanation> WithSentAsync(Explanation row, Session session, Sync sync, SyncQuery? query, CancellationToken cancellationToken)
    {
        if (row.Told is not { } told)
            return row;
        var history = await session.HistoryAsync(sync, cancellationToken);
        row = row with { SentColumns = await history.SentAsync(told, null, cancellationToken) };
        return query is null || told.Shape != query.Shape.ShortFingerprint
            ? row
            : row with { SentFields = query.Mapper.Map(await history.SentAsync(told, query.Columns, cancellationToken), 1) };
    }
}
