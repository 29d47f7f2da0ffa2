using ReverseEtl.DuckDb;
using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary>The warehouse goes, is replaced, is locked or fails while a sync is in the middle of it.</summary>
public sealed class WarehouseLossTests
{
    [Fact]
    public async Task Gone_when_an_interrupted_run_is_to_be_finished()
    {
        await using var project = await InterruptedAsync();
        var aside = project.Warehouse + ".aside";
        File.Move(project.Warehouse, aside);
        (await project.RunAsync("run")).Fails(4, "there is no file shop.duckdb");
        File.Move(aside, project.Warehouse);
        await AssertGoesOnAsync(project);
    }

    [Fact]
    public async Task Locked_by_a_writer_when_an_interrupted_run_is_to_be_finished()
    {
        await using var project = await InterruptedAsync();
        using (var connection = new DuckDBConnection($"Data Source={project.Warehouse}"))
        {
            connection.Open();
            (await project.RunAsync("run")).Fails(4, "the warehouse shop.duckdb cannot be opened", "lock");
        }

        await AssertGoesOnAsync(project);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Gone_or_replaced_while_requests_are_under_way(bool replaced)
    {
        await using var project = await CdpProject.CreateAsync(""", "batchRows": 1, "concurrency": 1""");
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { DelayMs = 2000 } });
        await using (var process = project.Start("run"))
        {
            await project.SeenAsync(1);
            // As jobs do that write a new file and move it into place.
            var next = project.Warehouse + ".next";
            File.Copy(project.Warehouse, next);
            File.Delete(project.Warehouse);
            if (replaced)
                File.Move(next, project.Warehouse);
            // What it has begun to read is planned already.
            (await process.EndAsync()).Exits(0);
            if (!replaced)
                File.Move(next, project.Warehouse);
        }

        project.AssertConverged();
        project.Sql("update customers set name = 'Renamed' where id = 3; delete from customers where id = 1");
        (await project.RunAsync("run")).Exits(0);
        project.AssertConverged();
    }

    [Fact]
    public async Task A_model_that_fails_at_its_last_rows()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Fill(20_000);
        (await project.RunAsync("run")).Exits(0);
        var requests = project.Sandbox.Requests().Count;
        project.Sql("update customers set name = 'Renamed' where id = 7; insert into customers values (20001, null, 'Nobody', 1)");
        project.Edit(CdpProject.Model, "select id, email,", "select id, case when id > 20000 then error('row ' || id || ' has no address') else email end as email,");
        (await project.RunAsync("run")).Fails(2, "models/customers.sql", "row 20001 has no address");
        (await project.RunAsync("run", "--json")).Fails(2, "row 20001 has no address");
        Assert.Equal(requests, project.Sandbox.Requests().Count);

        project.Sql("delete from customers where id > 20000");
        Assert.Equal(1, (await project.RunAsync("run", "--json")).Exits(0).Run.GetProperty("accepted").GetInt32());
        project.AssertConverged();
    }

    /// <summary>Two of five requests are answered when the run is killed.</summary>
    private static async Task<CdpProject> InterruptedAsync()
    {
        var project = await CdpProject.CreateAsync(""", "batchRows": 1, "concurrency": 1""");
        await project.DieAfterAsync("done:2");
        return project;
    }

    private static async Task AssertGoesOnAsync(CdpProject project)
    {
        Assert.Equal(2, project.Sandbox.Requests().Count);
        (await project.RunAsync("run")).Exits(0);
        project.AssertConverged();
        Assert.Equal(5, project.Sandbox.Requests().Count);
    }
}
