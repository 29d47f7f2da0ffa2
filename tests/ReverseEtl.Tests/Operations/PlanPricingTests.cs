using ReverseEtl.Core.Delivery;
using ReverseEtl.Server.Operations.Results;

namespace ReverseEtl.Tests.Operations;

/// <summary>What a plan costs, and that a run costs just that.</summary>
public sealed class PlanPricingTests
{
    // Rows of about 60 bytes: seven go into a request, as it takes 400 bytes.
    private const string People = """
        select i as id, 'Customer ' || i || repeat('x', 40) as name, (20 + i)::varchar as age, case when i % 2 = 0 then 'note' end as note from range(0, 100) r(i)
        """;

    [Fact]
    public async Task What_is_billed_is_priced_exactly_as_a_run_then_sends_it()
    {
        using var project = new ChargedProject("mirror", People);
        // NULL notes are left out.
        var first = await PricedAndSentAsync(project);
        Assert.Equal(250, first.Charge!.Count);
        Assert.True(first.Requests > 100 / 20, $"{first.Requests} requests are not cut by bytes");

        // Of ten rows the age, and the name without which a row says nothing; twenty others go, seven in a request; one is new.
        project.Sql("update people set age = '7' where id < 10; delete from people where id >= 80; insert into people values (900, 'new', '1', 'x')");
        var second = await PricedAndSentAsync(project);
        Assert.Equal((10 * 2) + 20 + 3, second.Charge!.Count);
        Assert.Equal(3, project.Sent.Count(request => request.Operation is Operation.Remove));
        // Two look-ups for each request with removals, one for the others.
        Assert.Equal((3 * 2) + (second.Requests - 3), second.LookUps);

        Assert.Equal((0, 0), await RequestsAndChargeAsync(project));
    }

    [Fact]
    public async Task Rows_that_shaping_refuses_cost_nothing()
    {
        using var project = new ChargedProject("upsert", """
            select i as id, case when i = 50 then null else 'n' || repeat('x', 40) end as name, case when i < 40 then 'unknown' else '30' end as age, 'note' as note from range(0, 60) r(i)
            """);

        var price = await PricedAndSentAsync(project);

        Assert.Equal(19 * 3, price.Charge!.Count);
        Assert.Equal(19, project.Sent.Sum(request => request.Rows));
    }

    [Fact]
    public async Task A_plan_of_which_all_rows_are_refused_takes_no_request()
    {
        using var project = new ChargedProject("upsert", "select i as id, null::varchar as name, '1' as age, 'x' as note from range(0, 5) r(i)");

        Assert.Equal((0, 0), await RequestsAndChargeAsync(project));
        await project.RunAsync();

        Assert.Empty(project.Sent);
    }

    [Fact]
    public async Task What_a_replacement_removes_costs_nothing()
    {
        using var project = new ChargedProject("mirror", People);
        await project.RunAsync();
        project.Sql("delete from people where id >= 10");

        var plan = await project.PlanAsync(new RunOptions { Replace = true });

        Assert.Equal((10, 90, 25), (plan.Added, plan.Removed, plan.Price.Charge!.Count));
        Assert.Equal(plan.Price.Requests, plan.Price.LookUps);
    }

    [Fact]
    public async Task The_price_tells_the_accounts_budget_and_the_number_of_requests_is_one_number()
    {
        using var project = new ChargedProject("upsert", People);

        var plan = await project.PlanAsync();

        var all = plan.Price.Requests * 2;
        Assert.Equal(plan.Price.Requests, plan.Requests);
        Assert.Equal(new PlanQuota(1000, "1d", all / 1000.0), plan.Price.Quota);
        Assert.Equal((all - 1) / 10, plan.Price.DurationSeconds);
    }

    [Theory]
    [InlineData(0, 0, 10, 1, 0)]
    [InlineData(1, 0, 10, 1, 0)]
    [InlineData(10, 0, 10, 1, 0)]
    [InlineData(11, 0, 10, 1, 1)]
    [InlineData(6, 5, 10, 1, 1)]
    [InlineData(1240, 1240, 20, 1, 123)]
    [InlineData(301, 0, 300, 60, 60)]
    [InlineData(3, 0, 1, 0.25, 0.5)]
    public void A_budget_gives_its_requests_at_once_and_then_each_period(long requests, long lookUps, int budget, double period, double seconds)
    {
        var spec = ChargedDestinationType.Spec with { Rate = new RateBudget(budget, TimeSpan.FromSeconds(period)) };

        Assert.Equal(seconds, PlanPrice.Of(spec, requests, lookUps, 0).DurationSeconds);
    }

    [Fact]
    public void What_the_vendor_does_not_name_is_not_priced()
    {
        var price = PlanPrice.Of(ChargedDestinationType.Spec with { Charge = null, Quota = null, Rate = null }, 5, 0, 0);

        Assert.Equal(new PlanPrice { Requests = 5, DurationSeconds = null }, price);
    }

    [Theory]
    [InlineData(1_240, 0, 0.0124)]
    [InlineData(100_000, 20_000, 1.2)]
    [InlineData(0, 0, 0)]
    public void A_share_counts_look_ups_and_may_be_more_than_there_is(long requests, long lookUps, double share)
    {
        var spec = ChargedDestinationType.Spec with { Quota = new RateBudget(100_000, TimeSpan.FromDays(1)) };

        Assert.Equal(share, PlanPrice.Of(spec, requests, lookUps, 0).Quota!.Share);
    }

    [Fact]
    public void Removals_may_take_other_look_ups_than_the_rest()
    {
        var spec = ChargedDestinationType.Spec with { LookUps = 5, RemovalLookUps = null };

        Assert.Equal((5, 5), (spec.LookUpsFor(Operation.Upsert), spec.LookUpsFor(Operation.Remove)));
        Assert.Equal((5, 0), ((spec with { RemovalLookUps = 0 }).LookUpsFor(Operation.Append), (spec with { RemovalLookUps = 0 }).LookUpsFor(Operation.Remove)));
    }

    private static async Task<(long Requests, long Charge)> RequestsAndChargeAsync(ChargedProject project)
    {
        var price = (await project.PlanAsync()).Price;
        return (price.Requests, price.Charge!.Count);
    }

    private static async Task<PlanPrice> PricedAndSentAsync(ChargedProject project)
    {
        var price = (await project.PlanAsync()).Price;
        Assert.True(price.Requests > 0);
        await project.RunAsync();
        Assert.Equal((price.Requests, price.Charge!.Count), (project.Sent.Count, project.Sent.Sum(request => request.Values)));
        return price;
    }
}
