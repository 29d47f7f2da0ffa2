using Dapper;
using Microsoft.Data.Sqlite;
using ReverseEtl.Core.State;

namespace ReverseEtl.State.Sqlite;

public sealed partial class SqliteControlStore
{
    // By index alone, in both: a finished run costs one look per run that is remembered, and what it deletes.
    private const string EarlierRuns = "select run_id from runs where sync = @Sync and run_id <> @RunId and status <> 'Running'";

    private const string PruneBatches =
        $"delete from journal where run_id in ({EarlierRuns}); delete from row_exceptions where run_id in ({EarlierRuns})";

    // The run that finishes and an open one stay, however old a clock that was set back makes them look.
    private const string PruneRuns = """
        delete from runs where run_id <> @RunId and status <> 'Running' and run_id in
            (select run_id from runs where sync = @Sync order by as_of desc, run_id desc limit -1 offset @Kept)
        """;

    /// <summary>Drops what is only read of the latest run, so that the file does not grow for ever; part of the finish of a run.</summary>
    private static void Prune(SqliteConnection connection, RunRecord run)
    {
        var which = new { run.Sync, run.RunId, RunRecord.Kept };
        connection.Execute(PruneBatches, which);
        connection.Execute(PruneRuns, which);
    }
}
