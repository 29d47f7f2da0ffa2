using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary><c>cdp plan --markdown</c>: what a pull request is commented on with.</summary>
public sealed class PlanMarkdownTests
{
    [Fact]
    public async Task A_table_has_counts_and_no_row()
    {
        await using var project = await CdpProject.CreateAsync();

        var first = (await project.RunAsync("plan", "--markdown")).Exits(0).Out;
        Assert.StartsWith("### cdp plan: 1 sync would send\n", first, StringComparison.Ordinal);
        Assert.Contains("\n| customers\\_to\\_crm | crm, mirror | 5 |  |  |  | 1 |  |\n", first, StringComparison.Ordinal);
        Assert.DoesNotContain("@shop.example", first, StringComparison.Ordinal);

        (await project.RunAsync("run")).Exits(0);
        Assert.Equal("### cdp plan: nothing to send\n\n1 sync without changes.\n", (await project.RunAsync("plan", "--markdown")).Exits(0).Out);

        project.Edit(CdpProject.Sync, "mode: mirror", "mode: mirror\nguards: { min_rows: 3 }");
        project.Sql("delete from customers where id > 1; insert into customers values (1, 'double', 'x', 1), (null, 'nobody', 'x', 1)");
        var guarded = (await project.RunAsync("plan", "--markdown")).Exits(0).Out;
        Assert.Contains("**a guard would stop the run:** min\\_rows", guarded, StringComparison.Ordinal);
        Assert.Contains("3 rows cannot be sent", guarded, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sync_that_cannot_be_planned_is_in_the_table()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Sql("drop table customers");

        var failed = (await project.RunAsync("plan", "--markdown")).Exits(2);

        Assert.StartsWith("### cdp plan: 1 of 1 syncs could not be planned\n", failed.Out, StringComparison.Ordinal);
        Assert.Contains("| **error:** models/customers.sql:5", failed.Out, StringComparison.Ordinal);
        Assert.Contains("leave out --json and --rows", (await project.RunAsync("plan", "--markdown", "--rows", "3")).Exits(2).Error, StringComparison.Ordinal);
    }
}
