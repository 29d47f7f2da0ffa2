using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using Xunit;

namespace ReverseEtl.Conformance.Planner;

/// <summary>What the history says of runs that went well and of runs that did not.</summary>
public abstract class HistoryConformance<THarness> : PlannerSuite<THarness>
    where THarness : IPlannerHarness, new()
{
    private const string Three = "i as id, 'name ' || i as name, i || '@example.com' as email, i * 1.5 as total";

    [Fact]
    public async Task Every_row_that_was_offered_has_an_entry_with_its_answer()
    {
        using var bench = Audience();
        bench.Create(3, Three);
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
        Assert.Equal(10, (await bench.HistoryAsync(history => history.ListAsync(null, null, default))).Count);
        Assert.Equal(["remove 2 accepted  ", "replace 2 accepted  ", "add 2 accepted  "], (await bench.HistoryAsync(history => history.ListAsync("2", null, default))).Select(Words));
    }

    [Fact]
    public async Task What_was_sent_is_kept_in_its_types()
    {
        using var bench = Audience("name: name\nmail: email\ntotal: total\nid: id");
        bench.Create(3, Three);
        await bench.RunAsync();
        var entry = Assert.Single(await bench.HistoryAsync(history => history.ListAsync("2", null, default)));
        var columns = await bench.HistoryAsync(history => history.SentAsync(entry, null, default));
        Assert.Equal(["name name 2", "email 2@example.com", "total 3.0", "id 2"], columns.Select(column => $"{column.Name} {column.Text(0)}"));
        Assert.Equal(FieldType.Integer, columns[3].Type);
        var typed = await bench.HistoryAsync(history => history.SentAsync(entry, [new ColumnInfo("total", "DECIMAL(3,1)", FieldType.Decimal)], default));
        Assert.Equal("total Decimal 3.0", $"{typed[0].Name} {typed[0].Type} {typed[0].Text(0)}");
    }

    [Fact]
    public async Task A_run_that_died_before_it_advanced_is_written_once_as_of_when_it_advanced()
    {
        using var bench = Audience();
        bench.Create(3, Three);
        await bench.RunAsync();
        bench.Warehouse("delete from rows where id = 0");
        bench.Observer.OnStep = step => Assert.NotEqual(RunStep.History, step);
        await Assert.ThrowsAnyAsync<Exception>(() => bench.RunAsync());
        Assert.Equal(4, (await EntriesAsync(bench)).Count);

        bench.Observer.OnStep = _ => { };
        await bench.RunsAsync();
        Assert.Equal(bench.AsOf, (await bench.HistoryAsync(history => history.ListAsync("0", 1, default)))[0].At);
        Assert.Equal(4, (await EntriesAsync(bench)).Count);
        Assert.Equal(["1", "2"], (await bench.HistoryAsync(history => history.MembersAsync(bench.AsOf, null, 10, default))).Keys);
    }

    [Fact]
    public async Task What_a_person_said_of_a_row_in_doubt_decides_whether_it_is_in()
    {
        using var bench = Audience();
        bench.Destination.ReplaySafe = false;
        bench.Create(3, Three);
        bench.Destination.Refuse = key => key is "1" ? RowOutcome.Unknown("no_answer", "none came") : null;
        await bench.RunAsync();
        Assert.Equal(["0", "2"], (await bench.HistoryAsync(history => history.MembersAsync(bench.AsOf, null, 10, default))).Keys);
        Assert.Equal(1, await bench.ResolveAsync(arrived: true));
        Assert.Equal(["add 1 accepted resolved ", "add 1 unknown no_answer none came"], (await bench.HistoryAsync(history => history.ListAsync("1", null, default))).Select(Words));
        Assert.Equal(["0", "2"], (await bench.HistoryAsync(history => history.MembersAsync(bench.AsOf, null, 10, default))).Keys);
        Assert.Equal(["0", "1", "2"], (await bench.HistoryAsync(history => history.MembersAsync(bench.AsOf.AddHours(1), null, 10, default))).Keys);

        bench.Warehouse("delete from rows where id = 1");
        await bench.RunAsync();
        Assert.Equal(1, await bench.ResolveAsync(arrived: false));
        Assert.Equal("remove 1 not_arrived resolved ", Words((await bench.HistoryAsync(history => history.ListAsync("1", null, default)))[0]));
        Assert.Equal(3, (await bench.HistoryAsync(history => history.MembersAsync(bench.AsOf.AddHours(1), null, 10, default))).Count);
    }

    [Fact]
    public async Task What_was_told_under_another_key_is_out_once_it_is_removed()
    {
        using var bench = Audience("name: name");
        bench.Create(3, Three);
        await bench.RunAsync();
        bench.Rekey("email");
        await bench.RunsAsync(new RunOptions { Rekey = true });
        Assert.Equal(["0@example.com", "1@example.com", "2@example.com"], (await bench.HistoryAsync(history => history.MembersAsync(bench.AsOf, null, 10, default))).Keys);
        Assert.Equal(["remove 1 accepted  ", "add 1 accepted  "], (await bench.HistoryAsync(history => history.ListAsync("1", null, default))).Select(Words));
    }

    private static SyncBench Audience(string map = "name: name\nmail: email")
    {
        var bench = Bench("mirror", map: map);
        bench.Destination.Identifiers = ["mail"];
        return bench;
    }

    private static async Task<IReadOnlyList<string>> EntriesAsync(SyncBench bench, int? limit = null) =>
        [.. (await bench.HistoryAsync(history => history.ListAsync(null, limit, default))).Select(Words)];

    private static string Words(HistoryEntry entry) => $"{entry.Kind} {entry.Key} {entry.Outcome} {entry.Code} {entry.Message}";
}
