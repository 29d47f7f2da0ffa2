using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Syncs;

namespace ReverseEtl.Tests.Syncs;

public sealed class GuardsTests
{
    private static PlanSummary Plan(long removed = 0, long changed = 0, long model = 1000, long snapshot = 1000) =>
        new(0, changed, removed, 0, model, snapshot);

    [Fact]
    public void Nothing_said_still_saves_a_list_from_being_emptied()
    {
        var guards = new Guards();

        Assert.Null(guards.Check(Plan(removed: 200), SyncMode.Mirror));
        Assert.Equal("max_removed: 201 of 1,000 rows (20.1%), 20% or 10 rows allowed", guards.Check(Plan(removed: 201), SyncMode.Mirror));
        Assert.StartsWith("min_rows:", guards.Check(Plan(removed: 5, model: 0, snapshot: 5), SyncMode.Mirror), StringComparison.Ordinal);
        Assert.Null(guards.Check(Plan(removed: 10, model: 2, snapshot: 12), SyncMode.Mirror));
        Assert.Null(guards.Check(Plan(model: 0, snapshot: 0), SyncMode.Mirror));
    }

    [Fact]
    public void Modes_that_remove_nothing_are_not_guarded_against_removals()
    {
        Assert.Null(new Guards().Check(Plan(removed: 1000, model: 0), SyncMode.Upsert));
    }

    [Theory]
    [InlineData("20%", 1, 5, false)]
    [InlineData("20%", 2, 5, true)]
    [InlineData("0%", 1, 1_000_000, true)]
    [InlineData("0", 1, 10, true)]
    [InlineData("3", 3, 3, false)]
    [InlineData("2.5%", 26, 1000, true)]
    public void What_is_said_is_kept_to_the_row(string limit, long rows, long whole, bool exceeded)
    {
        Assert.True(Limit.TryParse(limit, out var parsed));
        Assert.Equal(exceeded, parsed.IsExceeded(rows, whole));
    }

    [Theory]
    [InlineData("20 percent")]
    [InlineData("-5%")]
    [InlineData("-1")]
    [InlineData("%")]
    [InlineData("")]
    public void Other_words_are_no_limit(string text) => Assert.False(Limit.TryParse(text, out _));

    [Fact]
    public void Before_a_replacement_those_count_that_nobody_told_of()
    {
        var (guards, plan) = (new Guards(), Plan(removed: 100) with { IsReplacement = true });

        Assert.Null(guards.Check(plan, SyncMode.Mirror));
        Assert.Null(guards.Check(plan with { Members = 400 }, SyncMode.Mirror));
        Assert.Null(guards.Check(plan with { Members = 1125 }, SyncMode.Mirror));
        Assert.Equal("max_removed (--replace): 226 of 1,126 rows (20.1%), 20% or 10 rows allowed: 100 were told and are in the model no more, 126 were put there by others",
            guards.Check(plan with { Members = 1126 }, SyncMode.Mirror));
        Assert.Null(guards.Check(Plan(removed: 0, snapshot: 0) with { IsReplacement = true, Members = 10 }, SyncMode.Mirror));
        Assert.StartsWith("min_rows: ", new Guards { MinRows = 0 }.Check(Plan(model: 0, snapshot: 0) with { IsReplacement = true, Members = 0 }, SyncMode.Mirror), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000, 1000, 800, true)]
    [InlineData(1000, 1000, 799, false)]
    [InlineData(500, 1000, 499, true)] // half of them was let go before
    [InlineData(5000, 1000, 1000, true)] // rows that were never there are no loss
    [InlineData(1000, 0, 1, true)]
    public void A_replacement_is_closed_where_enough_rows_were_accepted(long added, long snapshot, long accepted, bool isClosed)
    {
        var plan = new PlanSummary(added, 0, 0, 0, added, snapshot) { IsReplacement = true };

        Assert.Equal(isClosed, new Guards().CheckClosing(plan, accepted) is null);
    }

    [Fact]
    public void Changed_rows_and_least_rows_are_guarded_when_asked()
    {
        var guards = new Guards { MaxChanged = Limit.Percent(50), MinRows = 10 };

        Assert.Null(guards.Check(Plan(changed: 500), SyncMode.Upsert));
        Assert.StartsWith("max_changed: 501 of 1,000", guards.Check(Plan(changed: 501), SyncMode.Upsert), StringComparison.Ordinal);
        Assert.StartsWith("min_rows: the model has 9 rows", guards.Check(Plan(model: 9, snapshot: 0), SyncMode.Append), StringComparison.Ordinal);
    }
}
