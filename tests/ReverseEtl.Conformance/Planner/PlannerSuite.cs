namespace ReverseEtl.Conformance.Planner;

/// <summary>
/// What every planner must do, over every warehouse: the numbered rules of <c>docs/spec/warehouse.md</c>. Each class below has a topic;
/// whoever has a planner to prove derives one class of each.
/// </summary>
/// <typeparam name="THarness">The warehouse and the planner under test.</typeparam>
public abstract class PlannerSuite<THarness>
    where THarness : IPlannerHarness, new()
{
    /// <summary>A sync of the table <c>rows</c>, over a warehouse of its own.</summary>
    protected static SyncBench Bench(string mode, string key = "id", string map = "name: name") => new(new THarness(), mode, key, map);
}
