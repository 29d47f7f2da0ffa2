using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using Xunit;

namespace ReverseEtl.Conformance.Planner;

/// <summary>Names and values that are easily got wrong, tables that are wide, and plans that are read in parts.</summary>
public abstract class ValueConformance<THarness> : PlannerSuite<THarness>
    where THarness : IPlannerHarness, new()
{
    private static readonly string[] Names = ["select", "Name", "a b", "quo\"te", "it's", "semi;colon", "--", "ærø", "日本", "👩‍👩‍👧", "$1", "a.b", "%s", "{x}", "row_hash", "seq", "k0", "kind"];

    [Fact]
    public async Task W3_Names_are_taken_as_they_are()
    {
        const string Table = "we\"ird Täble; --";
        using var bench = Bench("mirror");
        Func<string, string> quote = bench.Harness.Quote;
        string[] names = bench.Harness.Abilities.TellsCaseApart ? [.. Names, "naME"] : Names;
        bench.Map("mirror", string.Join('\n', names.Select((name, i) => $"f{i}: {{ column: {Yaml(name)} }}")));
        bench.Destination.Identifiers = ["f1", "f3"];
        var columns = string.Join(", ", names.Select((name, i) => $"'{i} ' || i as {quote(name)}"));
        bench.Create(4, $"i as {quote("Ke\"y")}, 'k' || i as {quote("key")}, {columns}", quote(Table));
        bench.Rekey($"[{Yaml("Ke\"y")}, {Yaml("key")}]", Table);
        Assert.Equal(4, (await bench.RunAsync()).Accepted);
        Assert.StartsWith("""{"f0":"0 3","f1":"1 3","f2":"2 3",""", bench.Destination.Rows["[3,\"k3\"]"], StringComparison.Ordinal);

        bench.Warehouse($"update {quote(Table)} set {quote("quo\"te")} = 'new' where {quote("key")} = 'k1'");
        bench.Warehouse($"update {quote(Table)} set {quote("ærø")} = 'new' where {quote("key")} = 'k2'");
        bench.Warehouse($"delete from {quote(Table)} where {quote("Ke\"y")} = 0");
        var run = await bench.RunAsync();
        Assert.Equal((0, 2, 1, 3), (run.Added, run.Changed, run.Removed, run.Accepted));
        Assert.Equal("""{"f1":"1 1","f3":"3 1"}""", bench.Destination.RemovedIdentifiers["[1,\"k1\"]"]);
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
        Assert.Equal(2, (await bench.ExplainAsync("[2,\"k2\"]")).Fields.Count(column => column.Text(0) is "new" or "3 2"));
    }

    [Fact]
    public async Task W4_Values_that_look_alike_are_different()
    {
        string?[] values = ["", null, " ", "0", "00", "NULL", "a", "A", "á", "a\u0301", "a ", "\t"];
        using var bench = Bench("mirror");
        bench.Create([("id", SuiteType.Integer), ("name", SuiteType.Text)]);
        foreach (var value in values)
        {
            bench.Harness.Fill("rows", [[1, value]]);
            Assert.Equal(1, (await bench.RunAsync()).Accepted);
        }
    }

    [Fact]
    public async Task W4_Numbers_that_hash_alike_are_different()
    {
        // PostgreSQL's own hashes fold 64 bits into 32, and leave out the sign of a numeric.
        long[] values = [0, -1, 1L << 32, 1, -(1L << 32), (1L << 32) + 1, long.MaxValue, long.MinValue, 0x0000_0001_0000_0001, 9007199254740993, 9007199254740992];
        using var bench = Bench("mirror", map: "a: a\nb: b\nc: c");
        bench.Create([("id", SuiteType.Integer), ("a", SuiteType.BigInt), ("b", SuiteType.BigInt), ("c", SuiteType.Decimal)]);
        foreach (var (a, b, c) in values.Zip(values.Reverse().Concat(values)).Select(pair => (pair.First, pair.Second, 1m))
                     .Concat(values.Select(value => (value, 7L, 1m)))
                     .Concat([(1, 1L << 32, 1m), (1L << 32, 1, 1m), (1, 1, 5m), (1, 1, -5m), (1, 1, 50000m), (1, 1, 0m)]))
        {
            bench.Harness.Fill("rows", [[1, a, b, c]]);
            Assert.Equal(1, (await bench.RunAsync()).Accepted);
            Assert.Equal($$"""{"a":{{a}},"b":{{b}},"c":{{c:0.0000}}}""", bench.Destination.Rows["1"]);
        }
    }

    [Fact]
    public async Task W4_Instants_are_told_apart_to_the_microsecond()
    {
        var first = new DateTimeOffset(2026, 3, 29, 0, 59, 59, TimeSpan.Zero);
        DateTimeOffset[] values = [first, first.AddTicks(10), first.AddMicroseconds(1L << 32), first.AddHours(1), new(1, 1, 1, 0, 0, 0, TimeSpan.Zero), new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero)];
        using var bench = Bench("mirror", map: "seen: seen");
        bench.Create([("id", SuiteType.Integer), ("seen", SuiteType.TimestampTz)]);
        foreach (var value in values)
        {
            bench.Harness.Fill("rows", [[1, value]]);
            Assert.Equal(1, (await bench.RunAsync()).Accepted);
        }
    }

    [Fact]
    public async Task W3_Values_of_all_types_arrive_and_are_found_again()
    {
        using var bench = Bench("mirror");
        bench.CreateAllTypes(10);
        Assert.Equal(10, (await bench.RunAsync()).Accepted);
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
        Assert.Equal(10, bench.Destination.Rows.Count);
        bench.Warehouse("delete from rows");
        Assert.Equal((10, 10), (await bench.RunAsync()) is var run ? (run.Removed, run.Accepted) : default);
    }

    [Fact]
    public async Task W3_A_thousand_columns_are_no_matter()
    {
        const int columns = 1000;
        using var bench = Bench("mirror", map: string.Join('\n', Enumerable.Range(0, columns).Select(i => $"f{i}: c{i}")));
        bench.Destination.Identifiers = ["f7", "f999"];
        // As much as a table of PostgreSQL can hold in a row of so many columns.
        bench.Create(3, $"i as id, {string.Join(", ", Enumerable.Range(0, columns).Select(c => $"cast(i as varchar) as c{c}"))}");
        Assert.Equal(3, (await bench.RunAsync()).Accepted);
        bench.Warehouse("update rows set c500 = 'new' where id = 1");
        bench.Warehouse("update rows set c999 = null where id = 2; delete from rows where id = 0");
        var run = await bench.RunAsync();
        Assert.Equal((0, 2, 1), (run.Added, run.Changed, run.Removed));
        Assert.Contains("\"f500\":\"new\",\"f501\":\"1\"", bench.Destination.Rows["1"], StringComparison.Ordinal);
        Assert.Equal("""{"f7":"2","f999":"2"}""", bench.Destination.RemovedIdentifiers["2"]);
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
        Assert.Equal(columns, (await bench.ExplainAsync("1")).Fields.Count);
        var entry = (await bench.HistoryAsync(history => history.ListAsync("1", 1, default)))[0];
        Assert.Equal(columns, (await bench.HistoryAsync(history => history.SentAsync(entry, null, default))).Count);
    }

    [Fact]
    public async Task W3_Keys_may_be_longer_than_any_index_takes()
    {
        using var bench = Bench("mirror");
        bench.Create([("id", SuiteType.Text), ("name", SuiteType.Text)]);
        // Which no compression makes short.
        var random = new Random(7);
        var keys = Enumerable.Range(0, 3).Select(_ => new string([.. Enumerable.Range(0, 9000).Select(_ => (char)random.Next(0x4E00, 0x9FFF))])).ToList();
        bench.Harness.Fill("rows", [.. keys.Select(key => (object?[])[key, "a"])]);
        Assert.Equal(3, (await bench.RunAsync()).Accepted);
        bench.Harness.Fill("rows", [[keys[0], "a"], [keys[1], "b"]]);
        Assert.Equal((0, 1, 1), (await bench.RunAsync()) is var run ? (run.Added, run.Changed, run.Removed) : default);
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
    }

    [Fact]
    public async Task W1_A_model_that_changes_while_it_is_read_is_captured_at_one_state()
    {
        using var bench = Bench("mirror");
        Assert.SkipUnless(bench.Harness.Abilities.IsWrittenWhileRead, "nobody can write to this warehouse while it is read");
        bench.Create(20_000, "i as id, cast(0 as integer) as name");
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(() =>
        {
            for (var step = 1; !stop.IsCancellationRequested; step++)
                bench.Warehouse($"update rows set name = {step}");
        });
        for (var look = 0; look < 5; look++)
        {
            var seen = await bench.LookAsync(async plan =>
            {
                var names = new HashSet<string?>();
                await foreach (var batch in plan.ReadAsync(Operation.Upsert, -1, long.MaxValue, 1000, null, default))
                {
                    using (batch)
                        names.UnionWith(Enumerable.Range(0, batch.Count).Select(row => batch.Fields[0].Text(row)));
                }

                return names;
            });
            Assert.Single(seen);
        }

        await stop.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task W16_Any_part_of_a_plan_is_read_again_under_the_same_numbers()
    {
        using var bench = Bench("mirror");
        bench.Create(50_000, "i as id, 'name ' || i as name");
        var made = await bench.PlanningAsync("run0001", async (planner, request) =>
        {
            await using var plan = await planner.PlanAsync(request, default);
            return await NumbersAsync(plan);
        });
        Assert.Equal(50_000, made.Select(row => row.Key).Distinct().Count());
        Assert.Equal(made.Select(row => row.Seq).Distinct().Order(), made.Select(row => row.Seq));
        // Left as a process leaves it that is killed; and the model has gone on.
        bench.Warehouse("delete from rows where id < 20000");
        var part = await bench.PlanningAsync("run0001", async (planner, request) =>
        {
            await using var plan = await planner.ReopenAsync(request, default);
            return await NumbersAsync(plan!, made[30_000].Seq, made[35_000].Seq);
        });
        Assert.Equal(made[30_001..35_001], part);
        Assert.False(await bench.PlanningAsync("run0002", async (planner, request) => await planner.ReopenAsync(request, default) is not null));
    }

    private static async Task<List<(long Seq, string Key)>> NumbersAsync(IChangePlan plan, long afterSeq = -1, long upToSeq = long.MaxValue)
    {
        var numbers = new List<(long, string)>();
        await foreach (var batch in plan.ReadAsync(Operation.Upsert, afterSeq, upToSeq, 100, null, default))
        {
            using (batch)
                numbers.AddRange(Enumerable.Range(0, batch.Count).Select(row => (batch.Seq[row], batch.KeyText(row))));
        }

        return numbers;
    }

    private static string Yaml(string name) => $"\"{name.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
