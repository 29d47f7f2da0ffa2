using System.Text.Json;
using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary>The everyday: run, nothing changed, something changed.</summary>
public sealed class RunTests
{
    [Fact]
    public async Task The_second_run_sends_nothing_and_says_unchanged()
    {
        await using var project = await CdpProject.CreateAsync();
        var first = (await project.RunAsync("run", "--json")).Exits(0).Run;
        Assert.Equal("succeeded", first.GetProperty("status").GetString());
        Assert.Equal((5, 5), (first.GetProperty("added").GetInt32(), first.GetProperty("accepted").GetInt32()));
        project.AssertConverged();
        Assert.Equal(1, Assert.Single(project.Sandbox.Paths).Requests);

        var second = (await project.RunAsync("run")).Exits(0);
        Assert.Contains("unchanged", second.Out);
        Assert.Equal(1, Assert.Single(project.Sandbox.Paths).Requests);
        Assert.Equal("unchanged", (await project.RunAsync("run", "--json")).Exits(0).Run.GetProperty("status").GetString());
        Assert.Equal(1, Assert.Single(project.Sandbox.Paths).Requests);
    }

    [Fact]
    public async Task Exactly_what_changed_is_planned_field_by_field_and_delivered()
    {
        await using var project = await CdpProject.CreateAsync();
        (await project.RunAsync("run")).Exits(0);
        project.Sql("""
            update customers set email = 'new@shop.example', total = 99.90 where id = 2;
            update customers set name = null where id = 3;
            delete from customers where id = 4;
            insert into customers values (6, 'c6@shop.example', 'Søren "Six" <6>', 0);
            """);

        var plan = (await project.RunAsync("plan", "--json")).Exits(0).Plan;
        Assert.Equal((1, 2, 1), (plan.GetProperty("added").GetInt32(), plan.GetProperty("changed").GetInt32(), plan.GetProperty("removed").GetInt32()));
        Assert.Equal(
            [
                """add 6 {"email":"c6@shop.example","name":"Søren \"Six\" <6>","total":0.00}""",
                """change 2 {"email":"new@shop.example","name":"Customer 2","total":99.90}""",
                """change 3 {"email":"c3@shop.example","name":null,"total":31.50}""",
                """remove 4 {"email":"c4@shop.example"}""",
            ],
            plan.GetProperty("rows").EnumerateArray().Select(Describe).Order(StringComparer.Ordinal));
        Assert.Equal(1, Assert.Single(project.Sandbox.Paths).Requests);

        var run = (await project.RunAsync("run", "--json")).Exits(0).Run;
        Assert.Equal(
            ("succeeded", 1, 2, 1, 4),
            (run.GetProperty("status").GetString(), run.GetProperty("added").GetInt32(), run.GetProperty("changed").GetInt32(),
                run.GetProperty("removed").GetInt32(), run.GetProperty("accepted").GetInt32()));
        project.AssertConverged();
        Assert.Equal(("4", """{"email":"c4@shop.example"}"""), Removed(project));
        // The destination knows a customer by the address: under a new one it is another customer.
        Assert.Equal([("upsert", 3), ("remove", 2)], project.Sandbox.Requests().Take(2).Select(request => (request.Operation, request.Rows)));
    }

    [Fact]
    public async Task A_removal_carries_what_the_destination_was_told_last_not_what_the_warehouse_had_since()
    {
        await using var project = await CdpProject.CreateAsync();
        (await project.RunAsync("run")).Exits(0);
        project.Sql("update customers set email = 'second@shop.example' where id = 1");
        (await project.RunAsync("run")).Exits(0);
        project.Sql("update customers set email = 'never-sent@shop.example' where id = 1; delete from customers where id = 1");
        (await project.RunAsync("run")).Exits(0);
        Assert.Equal(("1", """{"email":"second@shop.example"}"""), Removed(project));
        project.AssertConverged();
    }

    [Fact]
    public async Task A_change_in_a_column_that_is_not_mapped_sends_nothing()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Edit(CdpProject.Sync, "  name: name\n", "");
        (await project.RunAsync("run")).Exits(0);
        project.Sql("update customers set name = 'Another'");
        Assert.Equal("unchanged", (await project.RunAsync("run", "--json")).Exits(0).Run.GetProperty("status").GetString());
        Assert.Equal(1, Assert.Single(project.Sandbox.Paths).Requests);
    }

    [Fact]
    public async Task A_sandbox_destination_needs_no_server_and_keeps_what_it_received()
    {
        await using var project = await CdpProject.CreateAsync(""", "sandbox": true""");
        project.Edit(CdpProject.Config, $"\"url\": \"{project.Url}\"", "\"url\": \"https://crm.invalid/hooks\"");
        Assert.Contains("sandbox", (await project.RunAsync("run")).Exits(0).Out);
        Assert.Empty(project.Sandbox.Requests());
        var log = Path.Combine(project.Folder, ".cdp", "sandbox", "webhooks.jsonl");
        using var received = JsonDocument.Parse(Assert.Single(await File.ReadAllLinesAsync(log)));
        Assert.Equal(5, received.RootElement.GetProperty("body").GetProperty("rows").GetArrayLength());
        Assert.Contains("unchanged", (await project.RunAsync("run")).Exits(0).Out);
        Assert.Single(await File.ReadAllLinesAsync(log));
    }

    private static string Describe(JsonElement row) =>
        $"{row.GetProperty("kind").GetString()} {row.GetProperty("key").GetRawText()} {Compact(row.GetProperty("fields"))}";

    private static string Compact(JsonElement fields) =>
        $"{{{string.Join(',', fields.EnumerateObject().Select(field => $"\"{field.Name}\":{field.Value.GetRawText()}"))}}}";

    private static (string, string) Removed(CdpProject project)
    {
        var row = Assert.Single(project.Sandbox.Webhook(CdpProject.Target)!.Removed);
        return (row.Key, row.Content);
    }
}
