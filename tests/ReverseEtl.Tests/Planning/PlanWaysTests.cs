using FsCheck;
using FsCheck.Fluent;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.Local;

namespace ReverseEtl.Tests.Planning;

/// <summary>
/// Whichever way a plan is made, it is the one that the rows themselves ask for: with keys that are NULL, keys that the model has
/// twice, and tags that collide. What is expected is worked out here, row by row.
/// </summary>
public sealed class PlanWaysTests
{
    private sealed record Row(int? Key, string? Value);

    private static readonly Dictionary<string, IndexRule> Ways = new(StringComparer.Ordinal)
    {
        ["indexed"] = IndexRule.Default,
        ["joined"] = IndexRule.Default with { Share = 0 },
        // One tag in 64 rows at most is its own: the digests must find each false hit.
        ["some tags collide"] = IndexRule.Default with { TagMask = 0x3FUL << 58 },
        ["all tags collide"] = IndexRule.Default with { TagMask = 0 },
    };

    public static TheoryData<string, string> Cases =>
        new(from way in Ways.Keys from mode in new[] { "mirror", "upsert", "insert" } select (way, mode));

    private static readonly Gen<Row> Rows =
        from key in Gen.Frequency((1, Gen.Constant<int?>(null)), (25, Gen.Choose(0, 30).Select(key => (int?)key)))
        from value in Gen.Elements("a", "b", null)
        select new Row(key, value);

    /// <summary>States of a table. Some have all keys once, some have the rows of the state before and a few more.</summary>
    private static readonly Gen<Row[][]> Histories =
        from states in Gen.ArrayOf(Gen.Choose(0, 20).SelectMany(size => Gen.ArrayOf(Rows, size)), 5)
        from grow in Gen.ArrayOf(Gen.Choose(0, 2), 5)
        select states.Select((rows, i) => (i, grow[i]) switch
        {
            ( > 0, 0) => [.. states[i - 1], .. rows.Take(2)],
            (_, 1) => rows.DistinctBy(row => row.Key).ToArray(),
            _ => rows,
        }).ToArray();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_way_plans_what_the_rows_ask_for(string way, string mode)
    {
        var property = Prop.ForAll(Histories.ToArbitrary(), history => AsExpectedAsync(way, mode, history).GetAwaiter().GetResult());
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2), property);
    }

    // Enough rows for several threads, on which the scans that find this out are given up.
    [Fact]
    public async Task Where_all_rows_have_changed_a_join_makes_the_plan()
    {
        const int rows = 300_000;
        using var bench = new SyncBench("mirror");
        bench.Warehouse($"create table rows as select i as id, 'name ' || i as name from range({rows}) t(i)");
        Assert.Equal(rows, (await bench.RunAsync()).Added);
        Assert.True(await bench.LookAsync(plan => Task.FromResult(plan.Summary.IsUnchanged)));
        bench.Warehouse("update rows set name = name || '*'; delete from rows where id < 10");
        for (var look = 0; look < 2; look++)
            Assert.Equal(new PlanSummary(0, rows - 10, 10, 0, rows - 10, rows), await bench.LookAsync(plan => Task.FromResult(Counts(plan.Summary))));
    }

    private static async Task<bool> AsExpectedAsync(string way, string mode, Row[][] history)
    {
        using var bench = new SyncBench(mode) { Index = Ways[way] };
        bench.Warehouse("create table rows (id integer, name varchar)");
        var told = new Dictionary<int, string?>();
        foreach (var state in history)
        {
            bench.Warehouse($"delete from rows; {string.Concat(state.Select(row => $"insert into rows values ({row.Key?.ToString(null, null) ?? "null"}, {(row.Value is null ? "null" : $"'{row.Value}'")});"))}");
            var expected = Expect(state, told, mode);
            var (summary, quarantine) = await bench.LookAsync(plan => Task.FromResult((Counts(plan.Summary), plan.Quarantine)));
            Assert.Equal(expected, summary);
            Assert.Equal(
                state.Where(row => row.Key is not null).GroupBy(row => row.Key).Where(rows => rows.Count() > 1).Select(rows => ($"{rows.Key}", (long)rows.Count())).Order(),
                quarantine.Where(row => row.Key != "null").Select(row => (row.Key, row.Rows)).Order());

            var run = await bench.RunAsync();
            Assert.Equal(expected.Quarantined, run.Quarantined);
            Tell(state, told, mode);
            Assert.Equal(Expect(state, told, mode), await bench.LookAsync(plan => Task.FromResult(Counts(plan.Summary))));
        }

        return true;
    }

    private static PlanSummary Expect(Row[] state, Dictionary<int, string?> told, string mode)
    {
        var (once, keys) = Once(state);
        var changed = mode == "insert" ? 0 : once.Count(row => told.TryGetValue(row.Key!.Value, out var value) && value != row.Value);
        var removed = mode == "mirror" ? told.Keys.Count(key => !keys.Contains(key)) : 0;
        return new PlanSummary(once.Count(row => !told.ContainsKey(row.Key!.Value)), changed, removed, state.Length - once.Count, once.Count, told.Count);
    }

    private static void Tell(Row[] state, Dictionary<int, string?> told, string mode)
    {
        var (once, keys) = Once(state);
        foreach (var row in once)
        {
            if (mode != "insert" || !told.ContainsKey(row.Key!.Value))
                told[row.Key!.Value] = row.Value;
        }

        foreach (var key in mode == "mirror" ? told.Keys.Where(key => !keys.Contains(key)).ToList() : [])
            told.Remove(key);
    }

    private static (List<Row> Once, HashSet<int> Keys) Once(Row[] state)
    {
        var keyed = state.Where(row => row.Key is not null).ToList();
        return ([.. keyed.GroupBy(row => row.Key).Where(rows => rows.Count() == 1).Select(rows => rows.Single())], [.. keyed.Select(row => row.Key!.Value)]);
    }

    // Records compare lists by reference.
    private static PlanSummary Counts(PlanSummary summary) => summary with { Notes = [], Drift = [] };
}
