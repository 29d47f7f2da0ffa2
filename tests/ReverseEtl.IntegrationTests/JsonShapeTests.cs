using System.Text.Json;
using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary>With --json standard output is one document of an agreed shape, whatever happens beside it.</summary>
public sealed class JsonShapeTests
{
    [Fact]
    public async Task Preview()
    {
        await using var project = await CdpProject.CreateAsync();
        var json = (await project.RunAsync("preview", "customers", "--limit", "2", "--where", "id > 1", "--json")).Exits(0).Json;
        AssertNames(json, "model", "count", "columns", "rows");
        Assert.Equal(("customers", 4), (json.GetProperty("model").GetString(), json.GetProperty("count").GetInt32()));
        Assert.Equal(["id", "email", "name", "total"], json.GetProperty("columns").EnumerateArray().Select(column => column.GetString()!));
        Assert.Equal(["2", "\"c2@shop.example\"", "\"Customer 2\"", "21.00"], json.GetProperty("rows")[0].EnumerateArray().Select(value => value.GetRawText()));
        Assert.Equal(2, json.GetProperty("rows").GetArrayLength());
    }

    [Fact]
    public async Task Plan_run_status_and_rejected()
    {
        await using var project = await CdpProject.CreateAsync();
        var plan = (await project.RunAsync("plan", "--json", "--rows", "2")).Exits(0).Plan;
        AssertNames(plan, "sync", "model", "destination", "mode", "added", "changed", "removed", "resent", "quarantined", "waiting", "unknown", "requests", "price", "guard", "open_run", "notes", "rows");
        Assert.Equal(("customers_to_crm", "mirror", 5, 1), (plan.GetProperty("sync").GetString(), plan.GetProperty("mode").GetString(),
            plan.GetProperty("added").GetInt32(), plan.GetProperty("requests").GetInt32()));
        Assert.Equal("""{"requests":1,"duration_seconds":null}""", JsonSerializer.Serialize(plan.GetProperty("price")));
        Assert.Equal(2, plan.GetProperty("rows").GetArrayLength());
        AssertNames(plan.GetProperty("rows")[0], "kind", "key", "fields");
        Assert.Empty(project.Sandbox.Requests());

        var never = Assert.Single((await project.RunAsync("status", "--json")).Exits(0).Json.GetProperty("syncs").EnumerateArray());
        Assert.Empty(never.GetProperty("runs").EnumerateArray());

        project.Sandbox.Script.Add(new() { Then = new() { RejectKeys = ["3"], Code = "bad_email", Message = "no such \"domain\"" } });
        var run = (await project.RunAsync("run", "--json")).Exits(1).Run;
        AssertNames(run, "sync", "run_id", "status", "added", "changed", "removed", "resent", "accepted", "rejected", "unknown", "quarantined", "waiting", "duration_ms", "guard", "error");
        Assert.Equal(("partial", 5, 4, 1), (run.GetProperty("status").GetString(), run.GetProperty("added").GetInt32(),
            run.GetProperty("accepted").GetInt32(), run.GetProperty("rejected").GetInt32()));

        var status = Assert.Single((await project.RunAsync("status", "customers_to_crm", "--json")).Exits(0).Json.GetProperty("syncs").EnumerateArray());
        AssertNames(status, "sync", "running_by", "rejected", "unknown", "quarantined", "waiting", "runs");
        AssertNames(status.GetProperty("runs")[0], "sync", "run_id", "status", "added", "changed", "removed", "resent", "accepted", "rejected", "unknown", "quarantined",
            "waiting", "duration_ms", "guard", "error", "interrupted", "as_of", "finished_at");
        Assert.Equal(run.GetProperty("run_id").GetString(), Assert.Single(status.GetProperty("runs").EnumerateArray()).GetProperty("run_id").GetString());

        var rejected = (await project.RunAsync("rejected", "customers_to_crm", "--json")).Exits(0).Json;
        AssertNames(rejected, "sync", "count", "rejected", "quarantined");
        var row = Assert.Single(rejected.GetProperty("rejected").EnumerateArray());
        AssertNames(row, "key", "code", "message", "attempts", "first_at", "last_at");
        Assert.Equal(("3", "bad_email", "no such \"domain\"", 1), (row.GetProperty("key").GetString(), row.GetProperty("code").GetString(),
            row.GetProperty("message").GetString(), row.GetProperty("attempts").GetInt32()));
    }

    [Fact]
    public async Task Models_validate_and_doctor()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Write("models/vip.sql", "/* ---\nkind: segment\nprofile: customers\nowner: crm@shop.example\n--- */\nselect id from {{ ref('customers') }} where total > 20");
        var vip = (await project.RunAsync("models", "--json")).Exits(0).Json.GetProperty("models").EnumerateArray()
            .Single(model => model.GetProperty("model").GetString() == "vip");
        AssertNames(vip, "model", "kind", "file", "profile", "owner", "description", "key", "reads", "relations", "syncs");
        Assert.Equal(("segment", "models/vip.sql", "crm@shop.example", "id", "customers"),
            (vip.GetProperty("kind").GetString(), vip.GetProperty("file").GetString(), vip.GetProperty("owner").GetString(),
                vip.GetProperty("key")[0].GetString(), vip.GetProperty("reads")[0].GetString()));

        var valid = (await project.RunAsync("validate", "--connect", "--json")).Exits(0).Json;
        AssertNames(valid, "valid", "models", "syncs", "destinations");
        Assert.Equal((true, 2, 1, 1), (valid.GetProperty("valid").GetBoolean(), valid.GetProperty("models").GetInt32(),
            valid.GetProperty("syncs").GetInt32(), valid.GetProperty("destinations").GetInt32()));
        Assert.Empty(project.Sandbox.Requests());

        var checks = (await project.RunAsync("doctor", "--json")).Exits(0).Json.GetProperty("checks").EnumerateArray().ToList();
        Assert.Equal(["runtime", "duckdb", "project", "secrets", "warehouse", "state"], checks.Select(check => check.GetProperty("check").GetString()!));
        Assert.All(checks, check => AssertNames(check, "check", "ok", "found", "problem"));
        Assert.All(checks, check => Assert.True(check.GetProperty("ok").GetBoolean(), check.GetRawText()));
    }

    [Theory]
    [InlineData(2, "preview", "nothing")]
    [InlineData(2, "plan", "nothing")]
    [InlineData(2, "run", "nothing")]
    [InlineData(2, "run", "--allow-removed", "much")]
    [InlineData(2, "status", "nothing")]
    [InlineData(2, "rejected", "nothing")]
    [InlineData(2, "rejected")]
    [InlineData(2, "audit", "nothing")]
    [InlineData(2, "audit", "--limit", "-1")]
    [InlineData(2, "plan", "--rows", "many")]
    [InlineData(2, "models", "--nonsense")]
    [InlineData(2, "validate", "--env", "moon")]
    public async Task An_error_is_one_document_too(int code, params string[] arguments)
    {
        await using var project = await CdpProject.CreateAsync();
        var result = (await project.RunAsync([.. arguments, "--json"])).Exits(code);
        Assert.NotEmpty(result.Json.GetProperty("error").GetString()!);
        Assert.StartsWith("error ", result.Error);
    }

    [Fact]
    public async Task Problems_come_with_their_places_in_every_command()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Edit(CdpProject.Sync, "mode: mirror", "mood: mirror");
        foreach (var command in new[] { "validate", "run", "plan", "status", "models" })
        {
            var json = (await project.RunAsync(command, "--json")).Exits(2).Json;
            var problem = json.GetProperty("problems").EnumerateArray().First();
            Assert.Equal((CdpProject.Sync, 5, "mood"), (problem.GetProperty("file").GetString(), problem.GetProperty("line").GetInt32(), problem.GetProperty("path").GetString()));
        }

        var checks = (await project.RunAsync("doctor", "--json")).Exits(2).Json.GetProperty("checks").EnumerateArray();
        Assert.False(checks.Single(check => check.GetProperty("check").GetString() == "project").GetProperty("ok").GetBoolean());
    }

    private static void AssertNames(JsonElement element, params string[] names) =>
        Assert.Equal(names, element.EnumerateObject().Select(property => property.Name));
}
