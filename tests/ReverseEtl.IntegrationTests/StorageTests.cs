using Microsoft.Data.Sqlite;
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

    /// <summary>
    /// Full in the middle of a run: what was recorded stays recorded, and the next run goes on from there. What was in flight is
    /// repeated under the same ids.
    /// </summary>
    [Fact]
    public async Task The_disk_is_full_before_the_run_is_over()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no limit to set on the size of files");
        await using var project = await CdpProject.CreateAsync(""", "batchRows": 1, "concurrency": 2""");
        project.Fill(1500);
        await using (var process = CdpProcess.StartShortOfDisk(3000, project.Folder, project.Variables, ["run"]))
            (await process.EndAsync()).Fails(4, "control.db", "the interrupted run is resumed");
        var sent = project.Sandbox.Requests().Count;
        Assert.InRange(sent, 1, 1499);

        var runs = (await project.RunAsync("run", "--json")).Exits(0).Json.GetProperty("runs");

        // A request that was cut off by the failure beside it is in doubt, and told of again by the second of the runs.
        Assert.Equal(2, runs.GetArrayLength());
        project.AssertConverged();
        Assert.InRange(Assert.Single(project.Sandbox.Paths).Requests, 1500, 1504);
    }

    [Fact]
    public async Task The_control_store_is_locked_for_a_while_by_another_process()
    {
        await using var project = await CdpProject.CreateAsync();
        (await project.RunAsync("run")).Exits(0);
        project.Sql("update customers set name = 'Moved on' where id = 1");
        using var connection = new SqliteConnection($"Data Source={project.ControlStore};Pooling=false");
        connection.Open();
        Execute("begin immediate");
        await using var process = project.Start("run");

        // How syncs stand is only read, which no lock stops.
        (await project.RunAsync("status")).Exits(0);
        Assert.Single(project.Sandbox.Requests());
        Execute("rollback");

        (await process.EndAsync()).Exits(0);
        project.AssertConverged();

        void Execute(string sql)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }

    /// <summary>The system would let a process write on into a file that nobody finds again.</summary>
    [Fact]
    public async Task The_control_store_is_deleted_in_the_middle_of_a_run()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let go of an open file");
        await using var project = await CdpProject.CreateAsync(""", "batchRows": 1, "concurrency": 1""");
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() });
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { DelayMs = 4000 } });
        await using (var process = project.Start("run"))
        {
            await project.SeenAsync(2);
            foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(project.ControlStore)!, "control.db*").ToList())
                File.Delete(file);
            (await process.EndAsync()).Fails(4, "control.db", "moved, replaced or deleted");
        }

        Assert.Equal(2, project.Sandbox.Requests().Count);
        (await project.RunAsync("run")).Exits(0);
        project.AssertConverged();
    }

    /// <summary>Without it nobody knows what the batches of the interrupted run held; everything is sent again.</summary>
    [Fact]
    public async Task The_snapshot_is_deleted_after_a_run_was_interrupted()
    {
        await using var project = await CdpProject.CreateAsync(""", "batchRows": 1, "concurrency": 1""");
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() });
        project.Sandbox.Script.Add(new() { Then = new() { DelayMs = 90_000 } });
        await using (var process = project.Start("run"))
        {
            await project.SeenAsync(2);
            await process.KillAsync();
        }

        Directory.Delete(Path.Combine(project.Folder, ".cdp", "syncs"), recursive: true);
        project.Sandbox.Script.Clear();

        var runs = (await project.RunAsync("run", "--json")).Exits(0).Json.GetProperty("runs");
        Assert.Contains("its plan is gone", runs[0].GetProperty("error").GetString());
        Assert.Equal("succeeded", runs[1].GetProperty("status").GetString());
        project.AssertConverged();
        (await project.RunAsync("run")).Exits(0);
    }
}
