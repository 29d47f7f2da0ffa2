using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using Xunit;

namespace ReverseEtl.Conformance.Planner;

/// <summary>How one row stands, compared with what the whole plan says of it.</summary>
public abstract class ExplanationConformance<THarness> : PlannerSuite<THarness>
    where THarness : IPlannerHarness, new()
{
    private const string Ten = "i as id, cast(i as double precision) / 4 as part, 'name ' || i as name, i || '@example.com' as email";

    [Theory]
    [InlineData("mirror", "id")]
    [InlineData("upsert", "id")]
    [InlineData("insert", "id")]
    [InlineData("mirror", "[email, id]")]
    [InlineData("mirror", "part")]
    public async Task Of_every_row_it_says_what_the_plan_says(string mode, string key)
    {
        using var bench = Bench(mode, key, "name: name\nmail: email");
        (bench.Destination.Identifiers, bench.Destination.PartialUpdates) = (["mail"], true);
        bench.Create(10, Ten);
        await bench.RunAsync();
        bench.Warehouse("update rows set name = 'new' where id = 4; delete from rows where id = 7; insert into rows values (10, 10, 'ten', '10@example.com')");
        bench.Warehouse(key == "id" ? "update rows set email = 'new@example.com' where id = 5" : "select 1");
        await SameAsPlanAsync(bench);
        bench.Map(mode, "name: name\nmail: email\nland: { const: DK }");
        await SameAsPlanAsync(bench);
    }

    [Fact]
    public async Task A_row_that_was_refused_waits_and_one_in_doubt_is_held()
    {
        using var bench = Bench("upsert");
        bench.Destination.ReplaySafe = false;
        bench.Create(10, Ten);
        bench.Between = TimeSpan.FromSeconds(1);
        bench.Destination.Refuse = key => key switch { "3" => RowOutcome.Rejected("bad", "bad"), "4" => RowOutcome.Unknown("none", "none"), _ => null };
        await bench.RunAsync();
        var refused = await bench.ExplainAsync("3");
        Assert.Equal((1, true, false, null), (refused.ModelRows, refused.IsWaiting, refused.IsTold, refused.Next));
        Assert.Equal(new RefusedRow(1, bench.AsOf.AddMinutes(1)), refused.Refused);
        var held = await bench.ExplainAsync("4");
        Assert.Equal((ChangeKind.Add, false, null), (held.Held!.Value, held.IsTold, held.Next));
        bench.Warehouse("update rows set name = 'new' where id = 3");
        var changed = await bench.ExplainAsync("3");
        Assert.Equal((false, ChangeKind.Add, "new"), (changed.IsWaiting, changed.Next!.Kind(0), changed.Fields[0].Text(0)));
    }

    [Fact]
    public async Task A_row_whose_key_is_doubled_is_in_quarantine()
    {
        using var bench = Bench("upsert");
        bench.Create(10, Ten);
        await bench.RunAsync();
        bench.Warehouse("insert into rows select * from rows where id = 3; insert into rows values (null, 1, 'nobody', null)");
        var doubled = await bench.ExplainAsync("3");
        Assert.Equal((2, true, "duplicate key", null), (doubled.ModelRows, doubled.IsTold, doubled.Quarantined, doubled.Next));
        Assert.Equal("null key", (await bench.ExplainAsync("null")).Quarantined);
        Assert.Null((await bench.ExplainAsync("2")).Quarantined);
    }

    [Fact]
    public async Task A_row_that_is_nowhere()
    {
        using var bench = Bench("mirror");
        bench.Create(10, Ten);
        var before = await bench.ExplainAsync("99");
        Assert.Equal((0, false, null), (before.ModelRows, before.IsTold, before.Next));
        Assert.Empty(before.Fields);
        Assert.Empty(bench.Kept);
    }

    [Fact]
    public async Task Under_another_key_only_what_was_told_is_known()
    {
        using var bench = Bench("mirror");
        bench.Create(10, Ten);
        await bench.RunAsync();
        bench.Rekey("email");
        var state = await bench.ExplainAsync("3");
        Assert.Equal((null, true, null), (state.ModelRows, state.IsTold, state.Next));
    }

    private static async Task SameAsPlanAsync(SyncBench bench)
    {
        var planned = await bench.LookAsync(async plan =>
        {
            var rows = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var kind in Enum.GetValues<ChangeKind>())
            {
                if (await plan.SampleAsync(kind, 100, default) is not { } sample)
                    continue;
                for (var row = 0; row < sample.Count; row++)
                    rows[sample.KeyText(row)] = Words(sample, row);
            }

            return rows;
        });
        Assert.Equal(bench.Destination.Rows.Count == 0, planned.Count == 0);
        foreach (var key in planned.Keys.Concat(bench.Destination.Rows.Keys).Distinct())
        {
            var state = await bench.ExplainAsync(key);
            Assert.Equal(planned.GetValueOrDefault(key), state.Next is { } next ? Words(next, 0) : null);
            Assert.Equal(bench.Destination.Rows.ContainsKey(key), state.IsTold);
            Assert.Equal(state.ModelRows > 0, state.Fields.Count > 0);
        }
    }

    private static string Words(ChangeBatch batch, int row) =>
        $"{batch.Kind(row)} {string.Join(' ', batch.Fields.Concat(batch.Identifiers).Select(column => $"{column.Name}={column.Text(row)}"))}";
}
