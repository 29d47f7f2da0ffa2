using ReverseEtl.DuckDb;
using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary>Files that are gone, broken or in use: exit code 4, nothing sent, and a way on.</summary>
public sealed class StorageTests
{
    [Fact]
    public async Task The_warehouse_is_not_there()
    {
        await using var project = await CdpProject.CreateAsync();
        File.Delete(project.Warehouse);
        foreach (var arguments in new string[][] { ["run"], ["plan"], ["preview", "customers"], ["validate", "--connect"] })
            (await project.RunAsync(arguments)).Fails(4, "there is no file shop.duckdb", "bootstrap");
        Assert.False(File.Exists(project.Warehouse));
    }

    [Fact]
    public async Task The_warehouse_is_not_a_database()
    {
        await using var project = await CdpProject.CreateAsync();
        await File.WriteAllTextAsync(project.Warehouse, new string('x', 20_000));
        (await project.RunAsync("run")).Fails(4, "the warehouse shop.duckdb cannot be opened");
        (await project.RunAsync("doctor")).Exits(4);
        Assert.Empty(project.Sandbox.Requests());
    }

    [Fact]
    public async Task The_warehouse_is_being_written_by_another_process()
    {
        await using var project = await CdpProject.CreateAsync();
        using (var connection = new DuckDBConnection($"Data Source={project.Warehouse}"))
        {
            connection.Open();
            (await project.RunAsync("run")).Fails(4, "the warehouse shop.duckdb cannot be opened", "lock", $"{Environment.ProcessId}");
        }

        (await project.RunAsync("run")).Exits(0);
        project.AssertConverged();
    }

    [Fact]
    public async Task The_control_store_is_damaged()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Write(".cdp/control.db", new string('x', 20_000));
        (await project.RunAsync("run")).Fails(4, "control.db", "damaged");
        (await project.RunAsync("status")).Fails(4, "control.db", "damaged");
        Assert.Empty(project.Sandbox.Requests());
        File.Delete(Path.Combine(project.Folder, ".cdp", "control.db"));
        (await project.RunAsync("run")).Exits(0);
    }

    [Fact]
    public async Task The_snapshot_is_damaged()
    {
        await using var project = await CdpProject.CreateAsync();
        (await project.RunAsync("run")).Exits(0);
        project.Write(".cdp/syncs/customers_to_crm.duckdb", new string('x', 20_000));
        (await project.RunAsync("run")).Fails(4, "the snapshot of sync customers_to_crm cannot be opened");
        Assert.Single(project.Sandbox.Requests());
    }

    [Fact]
    public async Task The_work_folder_cannot_be_made()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Write(".cdp", "a file");
        (await project.RunAsync("run")).Fails(4, ".cdp");
        Assert.Empty(project.Sandbox.Requests());
    }
}
