using ReverseEtl.Core.State;
using ReverseEtl.Server.Composition;

namespace ReverseEtl.Server.Log;

/// <summary>Writes the log of deliveries into the warehouse, where the project asks for it.</summary>
internal static class SyncLog
{
    /// <summary>
    /// To be called after a run of a sync has ended, by whoever ran it. It writes every run that the log lacks, so that what one call could
    /// not write, as the process or the warehouse was gone, is written by a later one.
    /// </summary>
    /// <returns>How many runs were written.</returns>
    /// <exception cref="Core.Planning.WarehouseException">The log cannot be written now.</exception>
    public static async Task<int> WriteAsync(Session session, string sync, CancellationToken cancellationToken)
    {
        if (session.Project.Config.Log is not { Warehouse: true } options)
            return 0;
        // By the day: to forget takes a look at the whole table.
        var since = options.Retention is { } retention ? new DateTimeOffset((session.AsOf - retention).UtcDateTime.Date, TimeSpan.Zero) : (DateTimeOffset?)null;
        var runs = await (await session.StoreAsync(cancellationToken)).ListRunsAsync(sync, RunRecord.Kept, cancellationToken);
        var ended = runs.Where(run => run.Status is not RunStatus.Running && (since is null || run.AsOf >= since)).Reverse().ToList();
        return await (await session.WarehouseAsync(cancellationToken)).Log(session.Scope).WriteAsync(sync, ended, since, cancellationToken);
    }
}
