using System.Text.Json.Nodes;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;
using Xunit;

namespace ReverseEtl.Conformance.Planner;

/// <summary>A run that dies after any of its steps is finished by the next one.</summary>
public abstract class DyingConformance<THarness> : PlannerSuite<THarness>
    where THarness : IPlannerHarness, new()
{
    [Theory]
    [MemberData(nameof(Deaths.All), MemberType = typeof(Deaths))]
    public async Task W16_Whatever_step_a_run_dies_after_nothing_is_lost_and_nothing_doubled(RunStep step, int time, bool replaySafe)
    {
        using var bench = Bench(replaySafe ? "mirror" : "append", map: "id: id\nname: name\nmail: email");
        bench.Destination.Identifiers = ["mail"];
        bench.Destination.ReplaySafe = replaySafe;
        bench.Destination.MaxBatchRows = 3;
        bench.Create(10, "i as id, 'name ' || i as name, i || '@example.com' as email");
        await bench.RunAsync();
        bench.Warehouse("update rows set email = 'new@example.com' where id = 1; update rows set name = 'new' where id > 6; delete from rows where id = 2");
        bench.Insert(10, "i + 10, 'more', null");

        var passed = 0;
        bench.Observer.OnStep = at =>
        {
            if (at == step && Interlocked.Increment(ref passed) == time)
                throw new InvalidOperationException("the process dies here");
        };
        // A step that comes once, or not yet, is not died after twice.
        var died = await Record.ExceptionAsync(() => bench.RunAsync()) is InvalidOperationException;
        Assert.Equal(died, passed >= time);
        bench.Observer.OnStep = _ => { };
        bench.Warehouse("update rows set name = 'newer' where id = 8; delete from rows where id = 9");

        await bench.RunsAsync();
        if (replaySafe)
        {
            Assert.Equal(18, bench.Destination.Rows.Count);
            Assert.Equal("""{"id":8,"name":"newer","mail":"8@example.com"}""", bench.Destination.Rows["8"]);
            Assert.Equal("""{"mail":"1@example.com"}""", bench.Destination.RemovedIdentifiers["1"]);
            Assert.Equal("""{"id":1,"name":"name 1","mail":"new@example.com"}""", bench.Destination.Rows["1"]);
            Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
        }
        else
        {
            var sent = bench.Destination.Events.Select(sent => JsonNode.Parse(sent)!["id"]!.ToString()).ToList();
            Assert.Equal(sent.Distinct().Count(), sent.Count);
            Assert.Equal(20, sent.Union((await bench.HeldAsync()).Select(row => row.Key)).Count());
        }
    }

    [Fact]
    public async Task W12_A_run_that_a_guard_stopped_is_no_delivered_one_because_it_died()
    {
        using var bench = Bench("upsert");
        bench.SyncYaml = bench.SyncYaml.Replace("min_rows: 0", "min_rows: 0, max_rejected: 10%", StringComparison.Ordinal);
        bench.Destination.MaxBatchRows = 10;
        bench.Create(1000, "i as id, 'name ' || i as name");
        bench.Destination.Refuse = _ => RowOutcome.Rejected("bad", "no");
        bench.Observer.OnStep = step =>
        {
            if (step is RunStep.Advance)
                throw new InvalidOperationException("the process dies here");
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() => bench.RunAsync());
        bench.Observer.OnStep = _ => { };
        bench.Destination.Refuse = _ => null;

        var runs = await bench.RunsAsync();

        Assert.Equal(RunStatus.Stopped, runs[0].Status);
        Assert.StartsWith("max_rejected: ", runs[0].Guard, StringComparison.Ordinal);
        Assert.Equal((RunStatus.Succeeded, 1000), (runs[1].Status, runs[1].Accepted));
    }
}

/// <summary>The steps that a run dies after, for the how many-th time, and whether its destination stands repeats.</summary>
public static class Deaths
{
    public static TheoryData<RunStep, int, bool> All()
    {
        var deaths = new TheoryData<RunStep, int, bool>();
        foreach (var step in Enum.GetValues<RunStep>())
        {
            foreach (var time in new[] { 1, 2 })
            {
                deaths.Add(step, time, true);
                deaths.Add(step, time, false);
            }
        }

        return deaths;
    }
}
