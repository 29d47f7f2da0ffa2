using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary>The disk is full while the plan is written: nothing is lost, and there is a way on.</summary>
public sealed class FullDiskTests
{
    private const int Customers = 40_000;

    [Fact]
    public async Task While_the_plan_is_written()
    {
        await using var project = await ProjectAsync();
        (await RunAsync(project, kilobytes: 300)).Fails(4, "customers_to_crm", "syncs/customers_to_crm.plan.parquet", "File too large");
        Assert.Empty(project.Sandbox.Requests());
        await AssertConvergesAsync(project);
    }

    private static async Task<CdpProject> ProjectAsync()
    {
        var project = await CdpProject.CreateAsync();
        project.Fill(Customers);
        return project;
    }

    private static async Task<CdpResult> RunAsync(CdpProject project, int kilobytes)
    {
        await using var process = CdpProcess.StartShortOfDisk(kilobytes, project.Folder, project.Variables, ["run"]);
        return await process.EndAsync();
    }

    private static async Task AssertConvergesAsync(CdpProject project)
    {
        project.Sql("update customers set name = 'Renamed' where id % 1000 = 1; delete from customers where id % 1000 = 2; insert into customers values (0, 'c0@shop.example', 'Zero', 0)");
        (await project.RunAsync("run", "--allow-removed", "100%")).Exits(0);
        project.AssertConverged();
        Assert.Equal("unchanged", (await project.RunAsync("run", "--json")).Exits(0).Run.GetProperty("status").GetString());
    }
}
