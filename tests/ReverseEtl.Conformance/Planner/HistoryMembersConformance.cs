using FsCheck.Fluent;
using FsCheck;
using ReverseEtl.Core.Delivery;
using Xunit;

namespace ReverseEtl.Conformance.Planner;

/// <summary>The promise of the history, on random edits, refusals and deaths: who was in at any instant is who the destination held then.</summary>
public abstract class HistoryMembersConformance<THarness> : PlannerSuite<THarness>
    where THarness : IPlannerHarness, new()
{
    private const int Keys = 9;

    private static readonly string[] Names = ["a", "[\"b\",1]", "ø 👩‍👩‍👧", "it's", "\"q\"", "null", "tab\t", "\\", " "];

    /// <summary>What happens before a run, by key: nothing, a name, an identifier, gone, or back; and whom the destination refuses.</summary>
    private sealed record Step(int[] Edits, bool[] Refused, bool Dies);

    private static readonly Gen<Step> Steps =
        from edits in Gen.ArrayOf(Gen.Choose(0, 5), Keys)
        from refused in Gen.ArrayOf(Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true))), Keys)
        from dies in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        select new Step(edits, refused, dies);

    [Theory]
    [InlineData("mirror", "k")]
    [InlineData("mirror", "[n, k]")]
    [InlineData("mirror", "f")]
    [InlineData("upsert", "[k, f]")]
    public void Members_as_of_any_instant_are_what_the_destination_held(string mode, string key)
    {
        var property = Prop.ForAll(Gen.ArrayOf(Steps, 6).ToArbitrary(), steps => HoldsAsync(mode, key, steps).GetAwaiter().GetResult());
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5), property);
    }

    private static async Task<bool> HoldsAsync(string mode, string key, Step[] steps)
    {
        using var bench = Bench(mode, key, "name: name\nmail: mail");
        bench.Between = TimeSpan.FromHours(9);
        bench.Destination.Identifiers = ["mail"];
        bench.Warehouse("create table rows (n integer, k varchar, f double precision, name varchar, mail varchar)");
        var held = new List<(DateTimeOffset At, IReadOnlyList<string> Keys)>();
        for (var run = 0; run < steps.Length; run++)
        {
            Edit(bench, steps[run], run);
            var refused = new HashSet<string>(Enumerable.Range(0, Keys).Where(i => steps[run].Refused[i]).Select(i => KeyOf(key, i)), StringComparer.Ordinal);
            bench.Destination.Refuse = row => refused.Contains(row) ? RowOutcome.Rejected("no", "not this one") : null;
            bench.Observer.OnStep = steps[run].Dies ? step => Assert.NotEqual(RunStep.History, step) : _ => { };
            try
            {
                await bench.RunsAsync();
                held.Add((bench.AsOf, [.. bench.Destination.Rows.Keys.Order(StringComparer.Ordinal)]));
            }
            catch (Xunit.Sdk.XunitException)
            {
                // It died after it had written its history; the next run advances by it, and the rows count as told from then.
            }
        }

        foreach (var (at, keys) in held)
        {
            var members = await bench.HistoryAsync(history => history.MembersAsync(at, null, 100, default));
            Assert.Equal(keys, members.Keys.Order(StringComparer.Ordinal));
            Assert.Equal(keys.Count, members.Count);
        }

        return true;
    }

    private static void Edit(SyncBench bench, Step step, int run) => bench.Warehouse(string.Join("; ", step.Edits.Select((edit, i) => edit switch
    {
        1 => $"update rows set name = 'run {run}' where n = {i}",
        2 => $"update rows set mail = '{run}@example.com' where n = {i}",
        3 => $"delete from rows where n = {i}",
        >= 4 => $"insert into rows select {i}, {bench.Harness.Text(Names[i])}, cast({KeyOf("f", i)} as double precision), 'new', '{i}@example.com' where not exists (select 1 from rows where n = {i})",
        _ => "select 1",
    })));

    private static double Number(int i) => i switch { 0 => 0.1, 1 => 1e300, 2 => -5e-324, 3 => 1.0 / 3, 4 => 1e16, _ => i };

    private static string KeyOf(string key, int i) => key switch
    {
        "k" => Names[i],
        "f" => Number(i).ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        "[n, k]" => $"[{i},{System.Text.Json.JsonSerializer.Serialize(Names[i], Relaxed)}]",
        _ => $"[{System.Text.Json.JsonSerializer.Serialize(Names[i], Relaxed)},{System.Text.Json.JsonSerializer.Serialize(Number(i))}]",
    };

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
