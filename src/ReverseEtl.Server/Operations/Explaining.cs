using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Projects;
using ReverseEtl.Server.Composition;

namespace ReverseEtl.Server.Operations;

/// <summary>Finds out all that is known of one row.</summary>
internal static class Explaining
{
    public static async Task<Explanation> ReadAsync(Session session, Sync sync, string key, CancellationToken cancellationToken)
    {
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

        return await WithSentAsync(row, session, sync, query, cancellationToken);
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
