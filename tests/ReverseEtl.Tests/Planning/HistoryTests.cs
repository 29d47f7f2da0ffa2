using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;

namespace ReverseEtl.Tests.Planning;

/// <summary>What the history says of runs that went well and of runs that did not.</summary>
public sealed class HistoryTests
{
    private const string Three = "create table rows as select i as id, 'name ' || i as name, i || '@example.com' as email, i * 1.5 as total from range(3) t(i)";

    [Fact]
    public async Task Every_row_that_was_offered_has_an_entry_with_its_answer()
    {
        using var bench = Bench();
        bench.Warehouse(Three);
        bench.Destination.Refuse = key => key == "1" ? RowOutcome.Rejected("bad", "it's not \"good\"") : null;
        await bench.RunAsync();
        Assert.Equal(["add 0 accepted  ", "add 1 rejected bad it's not \"good\"", "add 2 accepted  "], (await EntriesAsync(bench)).Order());

        bench.Destination.Refuse = _ => null;
        bench.Warehouse("update rows set name = 'new' where id = 0; update rows set email = 'new@example.com' where id = 2; insert into rows values (3, 'three', '3@example.com', null)");
        await bench.RunAsync(new RunOptions { RetryRejected = true });
        Assert.Equal(["add 1 accepted  ", "add 3 accepted  ", "change 0 accepted  ", "replace 2 accepted  "], (await EntriesAsync(bench, 4)).Order());

        bench.Warehouse("delete from rows where id <> 3");
        await bench.RunAsync();
        Assert.Equal(["remove 0 accepted  ", "remove 1 accepted  ", "remove 2 accepted  "], (await EntriesAsync(bench, 3)).Order());
        Assert.Equal(10, (await bench.History.ListAsync(null, null, default)).Count);
        Assert.Equal(["remove 2 accepted  ", "replace 2 accepted  ", "add 2 accepted  "], (await bench.History.ListAsync("2", null, default)).Select(Words));
    }

    [Fact]
    public async Task A_run_that_sends_nothing_writes_nothing()
    {
        using var bench = Bench();
        bench.Warehouse(Three);
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
    public async Task What_was_sent_is_kept_in_its_types()
    {
        using var bench = Bench("name: name\nmail: email\ntotal: total\nid: id");
        bench.Warehouse(Three);
        await bench.RunAsync();
        var entry = Assert.Single(await bench.History.ListAsync("2", null, default));
        var columns = await bench.History.SentAsync(entry, null, default);
        Assert.Equal(["name Text name 2", "email Text 2@example.com", "total Text 3.0", "id Integer 2"], columns.Select(column => $"{column.Name} {column.Type} {column.Text(0)}"));
        var typed = await bench.History.SentAsync(entry, [new ColumnInfo("total", "DECIMAL(3,1)", FieldType.Decimal)], default);
        Assert.Equal("total Decimal 3.0", $"{typed[0].Name} {typed[0].Type} {typed[0].Text(0)}");
    }

    [Fact]
    public async Task A_run_that_died_before_it_advanced_is_written_once_under_the_day_on_which_it_advanced()
    {
        using var bench = Bench();
        bench.Warehouse(Three);
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
        Assert.Equal(["1", "2"], (await bench.History.MembersAsync(bench.AsOf, null, 10, default)).Keys);
    }

    [Fact]
    public async Task A_history_that_cannot_be_written_leaves_the_run_open_for_the_next()
    {
        using var bench = Bench();
        bench.Warehouse(Three);
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
        bench.Warehouse(Three);
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

    [Fact]
    public async Task What_a_person_said_of_a_row_in_doubt_decides_whether_it_is_in()
    {
        using var bench = Bench();
        bench.Destination.ReplaySafe = false;
        bench.Warehouse(Three);
        bench.Destination.Refuse = key => key is "1" ? RowOutcome.Unknown("no_answer", "none came") : null;
        await bench.RunAsync();
        Assert.Equal(["0", "2"], (await bench.History.MembersAsync(bench.AsOf, null, 10, default)).Keys);
        Assert.Equal(1, await bench.ResolveAsync(arrived: true));
        Assert.Equal(["add 1 accepted resolved ", "add 1 unknown no_answer none came"], (await bench.History.ListAsync("1", null, default)).Select(Words));
        Assert.Equal(["0", "2"], (await bench.History.MembersAsync(bench.AsOf, null, 10, default)).Keys);
        Assert.Equal(["0", "1", "2"], (await bench.History.MembersAsync(bench.AsOf.AddHours(1), null, 10, default)).Keys);

        bench.Warehouse("delete from rows where id = 1");
        await bench.RunAsync();
        Assert.Equal(1, await bench.ResolveAsync(arrived: false));
        Assert.Equal("remove 1 not_arrived resolved ", Words((await bench.History.ListAsync("1", null, default))[0]));
        Assert.Equal(3, (await bench.History.MembersAsync(bench.AsOf.AddHours(1), null, 10, default)).Count);
    }

    [Fact]
    public async Task What_was_told_under_another_key_is_out_once_it_is_removed()
    {
        using var bench = Bench("name: name");
        bench.Warehouse(Three);
        await bench.RunAsync();
        bench.Rekey("email");
        await bench.RunsAsync(new RunOptions { Rekey = true });
        Assert.Equal(["0@example.com", "1@example.com", "2@example.com"], (await bench.History.MembersAsync(bench.AsOf, null, 10, default)).Keys);
        Assert.Equal(["remove 1 accepted  ", "add 1 accepted  "], (await bench.History.ListAsync("1", null, default)).Select(Words));
    }

    private static SyncBench Bench(string map = "name: name\nmail: email") => new("mirror", map: map) { Destination = { Identifiers = ["mail"] } };

    private static async Task<IReadOnlyList<string>> EntriesAsync(SyncBench bench, int? limit = null) =>
        [.. (await bench.History.ListAsync(null, limit, default)).Select(Words)];

    private static string Words(HistoryEntry entry) => $"{entry.Kind} {entry.Key} {entry.Outcome} {entry.Code} {entry.Message}";

    private static IReadOnlyList<string> Files(SyncBench bench) =>
        [.. bench.Files.Where(file => file.StartsWith("history", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
