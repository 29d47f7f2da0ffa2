using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Connectors.Files;

/// <summary>
/// Append: the events of a run wait in a table of their own, a feed, which becomes one file. A feed is named when it is begun: a run that
/// was interrupted is finished under the name it began with.
/// </summary>
internal sealed class EventStaging(Stage stage, FileLayout layout) : IStaging
{
    // Batches of older feeds are forgotten: only the journal's last ones are ever sent again.
    private const int RememberedFeeds = 100;

    public void Take(ChangeBatch batch) => stage.InTransaction(() =>
    {
        if (stage.Scalar<long>("SELECT count(*) FROM batch WHERE id = ?", batch.Id) > 0)
            return;
        var shape = StagedField.Of(batch);
        var feed = stage.Scalar<long>("SELECT max(id) FROM feed WHERE NOT published");
        var table = feed == 0 ? null : StagedTable.Find(stage, Table(feed));
        if (table?.Fields.SequenceEqual(shape) != true)
        {
            // A file has one shape: another mapping begins another.
            feed = Begin();
            table = StagedTable.Create(stage, Table(feed), shape);
        }

        table.Append(batch);
        stage.Execute("INSERT INTO batch VALUES (?, ?)", batch.Id, feed);
    });

    public void Publish(CancellationToken cancellationToken)
    {
        var open = stage.Query("SELECT id, file FROM feed WHERE NOT published ORDER BY id", row => (Id: row.GetInt64(0), File: row.GetString(1)));
        foreach (var (id, file) in open)
        {
            var table = StagedTable.Find(stage, Table(id))!;
            var rows = RowSource.Of(table, table.Fields.Select(field => field.Name));
            AtomicFile.Write(layout.Full(file), path => RowFile.Write(stage, rows, RowFile.FormatOf(file), path, cancellationToken));
            // A crash right before this writes the same file once more.
            stage.InTransaction(() => Close(id, table));
        }
    }

    private static string Table(long feed) => $"events_{feed}";

    private long Begin()
    {
        var id = stage.Scalar<long>("SELECT coalesce(max(id), 0) + 1 FROM feed");
        stage.Execute("INSERT INTO feed VALUES (?, ?, false)", id, NewFile());
        return id;
    }

    /// <summary>A name that was never used. The runner may finish an interrupted run and do its own through one destination: two files.</summary>
    private string NewFile()
    {
        for (var number = 1; ; number++)
        {
            var file = layout.EventFile(number);
            if (!File.Exists(layout.Full(file)) && stage.Scalar<long>("SELECT count(*) FROM feed WHERE file = ?", file) == 0)
                return file;
        }
    }

    private void Close(long id, StagedTable table)
    {
        table.Drop();
        stage.Execute("UPDATE feed SET published = true WHERE id = ?", id);
        stage.Execute("DELETE FROM feed WHERE id <= ?", id - RememberedFeeds);
        stage.Execute("DELETE FROM batch WHERE feed <= ?", id - RememberedFeeds);
    }
}
