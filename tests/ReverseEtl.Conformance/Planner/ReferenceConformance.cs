using FsCheck;
using FsCheck.Fluent;
using ReverseEtl.Core.Planning;
using Xunit;

namespace ReverseEtl.Conformance.Planner;

/// <summary>
/// Row for row, a plan is the one that the rows themselves ask for: with keys that are NULL, and keys that the model has twice. What is
/// expected is worked out by <see cref="ReferenceDiff"/>, in memory.
/// </summary>
public abstract class ReferenceConformance<THarness> : PlannerSuite<THarness>
    where THarness : IPlannerHarness, new()
{
    private static readonly (string, SuiteType)[] Columns = [("id", SuiteType.Integer), ("name", SuiteType.Text), ("mail", SuiteType.Text)];

    private static readonly Gen<ReferenceRow> Rows =
        from key in Gen.Frequency((1, Gen.Constant<int?>(null)), (25, Gen.Choose(0, 30).Select(key => (int?)key)))
        from name in Gen.Elements("a", "b", "", null)
        from mail in Gen.Elements("x", "x", "y", null)
        select new ReferenceRow(key, name, mail);

    /// <summary>States of a table. Some have all keys once, some have the rows of the state before and a few more.</summary>
    private static readonly Gen<ReferenceRow[][]> Histories =
        from states in Gen.ArrayOf(Gen.Choose(0, 20).SelectMany(size => Gen.ArrayOf(Rows, size)), 5)
        from grow in Gen.ArrayOf(Gen.Choose(0, 2), 5)
        select states.Select((rows, i) => (i, grow[i]) switch
        {
            ( > 0, 0) => [.. states[i - 1], .. rows.Take(2)],
            (_, 1) => rows.DistinctBy(row => row.Key).ToArray(),
            _ => rows,
        }).ToArray();

    [Theory]
    [InlineData("mirror", 3)]
    [InlineData("upsert", 2)]
    [InlineData("insert", 2)]
    public void W4_A_plan_is_what_the_rows_ask_for(string mode, int histories)
    {
        var property = Prop.ForAll(Histories.ToArbitrary(), history => AsExpectedAsync(mode, history).GetAwaiter().GetResult());
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(histories), property);
    }

    private static async Task<bool> AsExpectedAsync(string mode, ReferenceRow[][] history)
    {
        using var bench = Bench(mode, map: "name: name\nmail: mail");
        bench.Destination.Identifiers = ["mail"];
        bench.Create(Columns);
        var reference = new ReferenceDiff(mode);
        foreach (var state in history)
        {
            bench.Harness.Fill("rows", [.. state.Select(row => (object?[])[row.Key, row.Name, row.Mail])]);
            await SameAsync(bench, reference, state);
            Assert.Equal(reference.Summarize(state).Quarantined, (await bench.RunAsync()).Quarantined);
            reference.Tell(state);
            await SameAsync(bench, reference, state);
        }

        return true;
    }

    private static Task<bool> SameAsync(SyncBench bench, ReferenceDiff reference, ReferenceRow[] state) => bench.LookAsync(async plan =>
    {
        // Records compare lists by reference.
        Assert.Equal(reference.Summarize(state), plan.Summary with { Notes = [], Drift = [], IsFirst = false });
        Assert.Equal(
            state.Where(row => row.Key is not null).GroupBy(row => row.Key).Where(rows => rows.Count() > 1).Select(rows => ($"{rows.Key}", (long)rows.Count())).Order(),
            plan.Quarantine.Where(row => row.Key != "null").Select(row => (row.Key, row.Rows)).Order());
        Assert.Equal(reference.Plan(state).Order(StringComparer.Ordinal), (await RowsAsync(plan)).Order(StringComparer.Ordinal));
        return true;
    });

    private static async Task<IReadOnlyList<string>> RowsAsync(IChangePlan plan)
    {
        var rows = new List<string>();
        foreach (var kind in Enum.GetValues<ChangeKind>())
        {
            if (await plan.SampleAsync(kind, 1000, default) is not { } sample)
                continue;
            for (var row = 0; row < sample.Count; row++)
            {
                var sent = sample.Fields.Concat(sample.Identifiers).Select(column => column.Text(row) ?? "NULL");
                rows.Add($"{sample.Kind(row)} {sample.KeyText(row)}: {string.Join(", ", sent)}");
            }
        }

        return rows;
    }
}
