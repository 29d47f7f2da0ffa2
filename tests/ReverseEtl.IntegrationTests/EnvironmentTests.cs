using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary>Where the project is found, and in which environment it runs.</summary>
public sealed class EnvironmentTests
{
    [Fact]
    public async Task The_project_is_found_upward_and_by_name()
    {
        await using var project = await CdpProject.CreateAsync();
        (await project.RunInAsync(Path.Combine(project.Folder, "models", "syncs"), "run")).Exits(0);
        project.AssertConverged();
        (await project.RunInAsync(Path.GetTempPath(), "run", "--project", project.Folder)).Exits(0);
        var parent = Path.GetDirectoryName(project.Folder)!;
        Assert.Contains("unchanged", (await project.RunInAsync(parent, "--project", Path.GetFileName(project.Folder), "run")).Exits(0).Out);
        Assert.Single(project.Sandbox.Requests());
        Assert.False(Directory.Exists(Path.Combine(project.Folder, "models", "syncs", ".cdp")));
    }

    [Fact]
    public async Task An_environment_has_its_own_destinations_warehouse_and_memory()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Edit(CdpProject.Config, "\"project\": \"shop\",", $$"""
            "project": "shop",
              "environments": {
                "prod": {
                  "warehouse": { "path": "prod.duckdb" },
                  "destinations": { "crm": { "url": "{{new Uri(project.Sandbox.Url, "webhook/prod")}}", "allowPrivate": true } }
                }
              },
            """);
        File.Copy(project.Warehouse, Path.Combine(project.Folder, "prod.duckdb"));
        project.Sql("delete from customers where id > 2");

        (await project.RunAsync("run")).Exits(0);
        Assert.Equal([1, 2], project.Delivered().Keys);
        Assert.Null(project.Sandbox.Webhook("prod/customers"));

        // What the usual destination was told says nothing of the other one.
        var run = (await project.RunAsync("run", "--env", "prod", "--json")).Exits(0).Run;
        Assert.Equal(("succeeded", 5), (run.GetProperty("status").GetString(), run.GetProperty("added").GetInt32()));
        Assert.Equal([1, 2, 3, 4, 5], project.Delivered("prod/customers").Keys);
        Assert.Equal([1, 2], project.Delivered().Keys);

        Assert.Contains("unchanged", (await project.RunAsync("run")).Exits(0).Out);
        Assert.Contains("unchanged", (await project.RunAsync("run", "--env", "prod")).Exits(0).Out);
        foreach (var (arguments, runs) in new[] { (new[] { "status", "customers_to_crm", "--json" }, 2), (["status", "customers_to_crm", "--json", "--env", "prod"], 2) })
            Assert.Equal(runs, (await project.RunAsync(arguments)).Exits(0).Json.GetProperty("syncs")[0].GetProperty("runs").GetArrayLength());
    }

    [Fact]
    public async Task A_missing_variable_stops_only_the_syncs_that_need_it()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Edit(CdpProject.Config, "\"destinations\": {", $$"""
            "destinations": {
                "ads": { "type": "webhook", "url": "{{new Uri(project.Sandbox.Url, "webhook/ads")}}", "allowPrivate": true, "headers": { "Authorization": "Bearer ${env:CDP_IT_TOKEN}" } },
            """);
        project.Write("models/syncs/ads.yml", "sync: ads\nmodel: customers\ndestination: ads\nmode: upsert\nmap: { email: email }");
        project.Variables["CDP_IT_TOKEN"] = null;

        (await project.RunAsync("validate")).Fails(2, "cdp.config.json:5:", "CDP_IT_TOKEN is not set");
        (await project.RunAsync("run", "ads")).Fails(2, "ads", "CDP_IT_TOKEN is not set");
        Assert.Empty(project.Sandbox.Requests());
        (await project.RunAsync("run", "customers_to_crm")).Exits(0);
        project.Sql("delete from customers where id = 1");
        var both = (await project.RunAsync("run", "--json")).Fails(2, "ads", "CDP_IT_TOKEN is not set");
        Assert.Equal(["ads failed", "customers_to_crm succeeded"],
            both.Json.GetProperty("runs").EnumerateArray().Select(run => $"{run.GetProperty("sync").GetString()} {run.GetProperty("status").GetString()}"));
        project.AssertConverged();

        project.Variables["CDP_IT_TOKEN"] = "here-it-is";
        (await project.RunAsync("run")).Exits(0);
        Assert.Equal(4, project.Delivered("ads").Count);
    }
}
