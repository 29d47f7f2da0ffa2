using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests.State;

/// <summary>The program with its control store in PostgreSQL.</summary>
public sealed class PostgresStateTests
{
    [Fact]
    public async Task Everything_that_is_asked_of_the_store_is_found_there()
    {
        await using var project = await CdpProject.CreateAsync(""", "batchRows": 2, "concurrency": 1, "replaySafe": false""");
        await project.UsePostgresStateAsync();
        project.Edit(CdpProject.Sync, "mode: mirror", "mode: append");
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { RejectKeys = ["1"], Code = "bad_email" } });
        project.Sandbox.Script.Add(new() { Then = new() { DelayMs = 90_000 } });
        await using (var process = project.Start("run"))
        {
            await project.SeenAsync(2);
            var running = (await project.RunAsync("status", "--json")).Exits(0).Json.GetProperty("syncs")[0];
            Assert.Contains($"process {process.Id} ", running.GetProperty("running_by").GetString());
            await process.KillAsync();
        }

        Assert.True((await project.RunAsync("status", "--json")).Exits(0).Json.GetProperty("syncs")[0].GetProperty("runs")[0].GetProperty("interrupted").GetBoolean());
        project.Sandbox.Script.Clear();
        (await project.RunAsync("run")).Exits(1);
        Assert.Equal("bad_email", (await project.RunAsync("rejected", "customers_to_crm", "--json")).Exits(0).Json.GetProperty("rejected")[0].GetProperty("code").GetString());
        Assert.Equal(2, (await project.RunAsync("resolve", "customers_to_crm", "--json")).Exits(0).Json.GetProperty("unknown").GetArrayLength());
        (await project.RunAsync("resolve", "customers_to_crm", "--arrived")).Exits(0);
        Assert.Equal("resolve", (await project.RunAsync("audit", "--json")).Exits(0).Json.GetProperty("audit")[0].GetProperty("action").GetString());
        Assert.NotEqual(0, (await project.RunAsync("history", "customers_to_crm", "--json")).Exits(0).Json.GetProperty("entries").GetArrayLength());
        (await project.RunAsync("run", "--retry-rejected")).Exits(0);
        Assert.Equal(("postgres", true), (await project.RunAsync("doctor", "--json")).Exits(0).Json.GetProperty("checks").EnumerateArray()
            .Where(check => check.GetProperty("check").GetString() == "state")
            .Select(check => (check.GetProperty("found").GetString(), check.GetProperty("ok").GetBoolean())).Single());
        Assert.False(File.Exists(project.ControlStore));
    }

    /// <summary>Another machine has another folder.</summary>
    [Fact]
    public async Task While_one_machine_runs_a_sync_another_says_who_does()
    {
        await using var project = await CdpProject.CreateAsync();
        await project.UsePostgresStateAsync();
        var elsewhere = CopyOf(project);
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { DelayMs = 8000 } });
        await using var first = project.Start("run");
        await project.SeenAsync(1);

        (await project.RunInAsync(elsewhere, "run")).Fails(4, "customers_to_crm is being run by", Environment.MachineName, $"process {first.Id} ");

        (await first.EndAsync()).Exits(0);
        Assert.Single(project.Sandbox.Requests());
        project.AssertConverged();
        var runs = (await project.RunInAsync(elsewhere, "status", "customers_to_crm", "--json")).Exits(0).Json.GetProperty("syncs")[0].GetProperty("runs");
        Assert.Equal("succeeded", Assert.Single(runs.EnumerateArray()).GetProperty("status").GetString());
        Directory.Delete(elsewhere, recursive: true);
    }

    [Fact]
    public async Task Of_processes_that_start_together_on_an_empty_database_one_delivers()
    {
        await using var project = await CdpProject.CreateAsync();
        await project.UsePostgresStateAsync();
        var processes = Enumerable.Range(0, 3).Select(_ => project.Start("run")).ToList();
        foreach (var process in processes)
        {
            await using (process)
            {
                var result = await process.EndAsync();
                if (result.ExitCode != 0)
                    result.Fails(4, "customers_to_crm");
            }
        }

        Assert.Single(project.Sandbox.Requests());
        project.AssertConverged();
    }

    [Fact]
    public async Task Environments_share_a_schema_and_not_what_was_told()
    {
        await using var project = await CdpProject.CreateAsync();
        await project.UsePostgresStateAsync();
        project.Edit(CdpProject.Config, "\"project\": \"shop\",", "\"project\": \"shop\",\n  \"environments\": { \"prod\": {} },");

        (await project.RunAsync("run")).Exits(0);
        Assert.Contains("never run", (await project.RunAsync("status", "--env", "prod")).Exits(0).Out);
        Assert.Equal("succeeded", (await project.RunAsync("run", "--env", "prod", "--json")).Exits(0).Run.GetProperty("status").GetString());
        Assert.Contains("unchanged", (await project.RunAsync("run")).Exits(0).Out);
    }

    [Theory]
    [InlineData("{ \"type\": \"postgres\", \"host\": \"db\", \"database\": \"cdp\" }", "host, database and user, or connectionString")]
    [InlineData("{ \"type\": \"postgres\", \"connectionString\": \"Database=cdp;Password=not-to-be-said\" }", "names no Host")]
    [InlineData("{ \"type\": \"postgres\", \"connectionString\": \"Hots=db;Password=not-to-be-said\" }", "the connection cannot be read")]
    [InlineData("{ \"type\": \"postgres\", \"host\": \"db\", \"database\": \"cdp\", \"user\": \"cdp\", \"rootCertificate\": \"ca.pem\" }", "there is no file ca.pem")]
    [InlineData("{ \"type\": \"postgres\", \"host\": \"db\", \"database\": \"cdp\", \"user\": \"cdp\", \"schema\": \"\" }", "schema must not be empty")]
    public async Task Options_that_cannot_be_are_named_before_anything_connects(string options, string said)
    {
        await using var project = await CdpProject.CreateAsync();
        project.Edit(CdpProject.Config, "\"project\": \"shop\",", $"\"project\": \"shop\", \"state\": {options},");

        foreach (var command in new[] { "validate", "run", "status" })
        {
            (await project.RunAsync(command)).Fails(2, "cdp.config.json", "state", said);
            Assert.DoesNotContain("not-to-be-said", (await project.RunAsync(command, "--verbose")).Exits(2).Error);
        }

        Assert.Empty(project.Sandbox.Requests());
    }

    private static string CopyOf(CdpProject project)
    {
        var copy = Directory.CreateTempSubdirectory("cdp-it-").FullName;
        foreach (var file in Directory.EnumerateFiles(project.Folder, "*", SearchOption.AllDirectories))
        {
            var path = Path.Combine(copy, Path.GetRelativePath(project.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(file, path);
        }

        return copy;
    }
}
