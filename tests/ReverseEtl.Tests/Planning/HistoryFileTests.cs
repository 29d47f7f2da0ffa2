using ReverseEtl.Conformance.Planner;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;

namespace ReverseEtl.Tests.Planning;

/// <summary>The files that a history lies in.</summary>
public sealed class HistoryFileTests
{
    private const string Three = "i as id, 'name ' || i as name, i || '@example.com' as email, i * 1.5 as total";

    [Fact]
    public async Task A_run_that_sends_nothing_writes_nothing()
    {
        using var bench = Bench();
        bench.Create(3, Three);
        bench.Destination.Before = _ => throw new DestinationException("down");
        await Assert.ThrowsAsync<DestinationException>(() => bench.RunAsync());
        Assert.Empty(Files(bench));
        bench.Destination.Before = _ => { };
        await bench.RunAsync();
        var files = Files(bench);
        await bench.RunAsync();
        Assert.Equal(files, Files(bench));
    }

    [Fact]
    public async Task A_run_that_died_before_it_advanced_lies_under_the_day_on_which_it_advanced()
    {
        using var bench = Bench();
        bench.Create(3, Three);
        await bench.RunAsync();
        bench.Warehouse("delete from rows where id = 0");
        bench.Observer.OnStep = step => Assert.NotEqual(RunStep.History, step);
        await Assert.ThrowsAnyAsync<Exception>(() => bench.RunAsync());
        Assert.Equal(["history/rows/2026-11-23.parquet", "history/rows/2026-11-24/run0002-rows.parquet"], Files(bench));
        Assert.Equal(4, (await EntriesAsync(bench)).Count);

        bench.Observer.OnStep = _ => { };
        await bench.RunsAsync();
        Assert.Equal(["history/rows/2026-11-23.parquet", "history/rows/2026-11-25/run0002-rows.parquet"], Files(bench));
        Assert.Equal(4, (await EntriesAsync(bench)).Count);
    }

    [Fact]
    public async Task A_history_that_cannot_be_written_leaves_the_run_open_for_the_next()
    {
        using var bench = Bench();
        bench.Create(3, Three);
        var blocked = Path.Combine(bench.Folder, "history");
        await File.WriteAllTextAsync(blocked, "in the way", TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<IOException>(() => bench.RunAsync());

        File.Delete(blocked);
        var runs = await bench.RunsAsync();
        Assert.Equal([RunStatus.Succeeded, RunStatus.Unchanged], runs.Select(run => run.Status));
        Assert.Equal(3, (await EntriesAsync(bench)).Count);
    }

    [Fact]
    public async Task Days_that_are_over_become_one_file_each_and_no_row_counts_twice()
    {
        using var bench = Bench();
        bench.Between = TimeSpan.FromHours(10);
        bench.Create(3, Three);
        var counts = new List<int>();
        for (var run = 0; run < 5; run++)
        {
            await bench.RunAsync();
            counts.Add((await EntriesAsync(bench)).Count);
            if (run == 0)
                File.Copy(Path.Combine(bench.Folder, Files(bench)[0]), Path.Combine(bench.Folder, "kept.parquet"));
            // A column more: files of one day have different columns.
            bench.Map("mirror", run % 2 == 0 ? "name: name\nmail: email\ntotal: total" : "name: name\nmail: email");
            bench.Warehouse($"update rows set name = 'run {run}' where id = {run % 3}");
        }

        Assert.Equal(counts.Order(), counts);
        Assert.Equal(["history/rows/2026-11-22.parquet", "history/rows/2026-11-23.parquet", "history/rows/2026-11-24/run0005-rows.parquet"], Files(bench));

        // As after a crash between the rename and the removal of the folder.
        var again = Path.Combine(bench.Folder, "history", "rows", "2026-11-22");
        Directory.CreateDirectory(again);
        File.Copy(Path.Combine(bench.Folder, "kept.parquet"), Path.Combine(again, "run0001-rows.parquet"));
        Assert.Equal(counts[^1], (await EntriesAsync(bench)).Count);
        await bench.RunAsync();
        bench.Warehouse("update rows set name = 'last'");
        bench.Between = TimeSpan.FromDays(1);
        await bench.RunAsync();
        Assert.False(Directory.Exists(again));
    }

    private static SyncBench Bench()
    {
        var bench = new SyncBench(new DuckDbHarness(), "mirror", map: "name: name\nmail: email");
        bench.Destination.Identifiers = ["mail"];
        return bench;
    }

    private static async Task<IReadOnlyList<HistoryEntry>> EntriesAsync(SyncBench bench) => await bench.HistoryAsync(history => history.ListAsync(null, null, default));

    private static IReadOnlyList<string> Files(SyncBench bench)
    {
        var folder = Path.Combine(bench.Folder, "history");
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(bench.Folder, path)).Order(StringComparer.Ordinal)]
            : [];
    }
}
