using ReverseEtl.Core.State;
using Xunit;

namespace ReverseEtl.Conformance.Planner;

/// <summary>
/// Rows that arrived though no answer came, at a destination that stands repeats: the next run tells of them whatever became of them in
/// the model, also where the model is again as it was last known to be told.
/// </summary>
public abstract class DoubtConformance<THarness> : PlannerSuite<THarness>
    where THarness : IPlannerHarness, new()
{
    [Theory]
    [InlineData("insert into rows values (10, 'ten', 'ten@example.com')", "delete from rows where id = 10")]
    [InlineData("update rows set name = 'new' where id = 3", "update rows set name = 'name 3' where id = 3")]
    [InlineData("update rows set name = 'new' where id = 3", "delete from rows where id = 3")]
    [InlineData("delete from rows where id = 3", "insert into rows values (3, 'name 3', '3@example.com')")]
    [InlineData("delete from rows where id = 3", "select 1")]
    [InlineData("update rows set email = 'new@example.com' where id = 3", "update rows set email = '3@example.com' where id = 3")]
    public async Task What_became_of_a_row_since_is_told(string first, string then)
    {
        using var bench = Bench("mirror", map: "name: name\nmail: email");
        bench.Destination.Identifiers = ["mail"];
        bench.Create(10, "i as id, 'name ' || i as name, i || '@example.com' as email");
        await bench.RunAsync();
        bench.Warehouse(first);
        bench.Destination.LosesAnswer = _ => true;
        Assert.Equal((RunStatus.Partial, 1), (await bench.RunAsync()) is var lost ? (lost.Status, lost.Unknown) : default);

        bench.Destination.LosesAnswer = _ => false;
        bench.Warehouse(then);
        Assert.Equal((RunStatus.Succeeded, 1), (await bench.RunAsync()) is var run ? (run.Status, run.Accepted) : default);

        // What a full send of the model's rows leaves there.
        var held = bench.Destination.Rows.OrderBy(row => row.Key, StringComparer.Ordinal).ToList();
        bench.Destination.Rows.Clear();
        await bench.RunAsync(new() { Full = true });
        Assert.Equal(bench.Destination.Rows.OrderBy(row => row.Key, StringComparer.Ordinal), held);
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
    }
}
