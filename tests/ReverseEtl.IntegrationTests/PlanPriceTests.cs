using System.Text.Json;
using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary>What <c>cdp plan</c> tells before money is spent and messages are read: prices and texts.</summary>
public sealed class PlanPriceTests
{
    [Fact]
    public async Task Messages_are_shown_as_they_are_then_posted()
    {
        await using var project = await CdpProject.CreateAsync();
        To(project, "slack", "\"token\": \"xoxb-1\"");
        project.Write(CdpProject.Sync, """
            sync: customers_to_crm
            model: customers
            destination: crm
            object: { channel: "#vip", template: "*{{name}}* & co\nspent {{total}} EUR" }
            mode: append
            map: { name: name, total: total }
            """);
        project.Sql("update customers set name = '<b> [x]' where id = 1; update customers set name = null, total = null where id = 2");

        var text = (await project.RunAsync("plan", "--rows", "2")).Exits(0).Out;
        Assert.Contains("  + 5 added\n  5 requests · at least 4 s\n", text, StringComparison.Ordinal);
        Assert.Contains("      name   <b> [x]\n      total  10.50\n      | *&lt;b&gt; [x]* & co\n      | spent 10.50 EUR\n  + 2\n", text, StringComparison.Ordinal);
        Assert.Contains("      would be refused: the row gives no text\n", text, StringComparison.Ordinal);

        var plan = (await project.RunAsync("plan", "--json")).Exits(0).Plan;
        Assert.Equal("""{"requests":5,"duration_seconds":4}""", JsonSerializer.Serialize(plan.GetProperty("price")));
        var rows = plan.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(["kind", "key", "fields", "refused"], rows[1].EnumerateObject().Select(property => property.Name));
        Assert.Empty(project.Sandbox.Requests("slack", "account"));

        (await project.RunAsync("run")).Exits(1);
        Assert.Equal(
            rows.Where(row => row.TryGetProperty("text", out _)).Select(row => row.GetProperty("text").GetString()).Order(),
            project.Sandbox.Holdings("slack", "account").SelectMany(holding => holding.Records).Select(message => message["text"]).Order());
    }

    [Fact]
    public async Task Look_ups_and_quotas_are_priced_in_the_text_and_in_the_table()
    {
        await using var project = await CdpProject.CreateAsync();
        To(project, "hubspot", "\"token\": \"pat-1\"");
        project.Edit(CdpProject.Sync, "object: { path: /customers, identifiers: [email] }", "object: { list: VIP }");
        project.Edit(CdpProject.Sync, "\n  name: name\n  total: total", "");

        Assert.Contains("  + 5 added\n  1 request (up to 6 with look-ups)\n", (await project.RunAsync("plan", "--rows", "0")).Exits(0).Out, StringComparison.Ordinal);
        Assert.Contains("\n| customers\\_to\\_crm | crm, mirror | 5 |  |  |  | 1 | up to 6 with look-ups |\n", (await project.RunAsync("plan", "--markdown")).Exits(0).Out, StringComparison.Ordinal);
        Assert.Equal("""{"requests":1,"look_ups":5,"duration_seconds":0}""",
            JsonSerializer.Serialize((await project.RunAsync("plan", "--json")).Exits(0).Plan.GetProperty("price")));

        To(project, "google-audiences", "\"clientId\": \"1\", \"clientSecret\": \"2\", \"refreshToken\": \"3\", \"account\": \"123\"");
        project.Edit(CdpProject.Sync, "object: { list: VIP }", "object: { audience: VIP, terms_of_service: accepted }");
        project.Edit(CdpProject.Sync, "email: email", "email_address: email");
        Assert.Equal("""{"requests":1,"quota":{"requests":100000,"per":"1d","share":1E-05},"duration_seconds":0}""",
            JsonSerializer.Serialize((await project.RunAsync("plan", "--json")).Exits(0).Plan.GetProperty("price")));
        Assert.Contains("  1 request · less than 0.1% of 100,000 a day\n", (await project.RunAsync("plan")).Exits(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_of_requests_alone_has_no_line_of_its_own_for_them()
    {
        await using var project = await CdpProject.CreateAsync();

        Assert.Contains("  + 5 added   1 request\n  + 1\n", (await project.RunAsync("plan", "--rows", "1")).Exits(0).Out, StringComparison.Ordinal);
    }

    private static void To(CdpProject project, string type, string options) => project.Write(CdpProject.Config, $$"""
        {
          "project": "shop",
          "warehouse": { "type": "duckdb", "path": "shop.duckdb" },
          "destinations": { "crm": { "type": "{{type}}", "baseUrl": "{{new Uri(project.Sandbox.Url, $"{type}/account")}}", {{options}} } }
        }
        """);
}
