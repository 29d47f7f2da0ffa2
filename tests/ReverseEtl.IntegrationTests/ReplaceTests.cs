using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReverseEtl.IntegrationTests.Harness;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.IntegrationTests;

/// <summary><c>--replace</c> as people use it: an audience at Meta, in which somebody else has put a member.</summary>
public sealed class ReplaceTests
{
    private const string Sync = "customers_to_meta";
    private const string Account = "meta-audiences/shop";

    [Fact]
    public async Task What_others_put_there_goes_only_where_that_is_allowed()
    {
        await using var project = await CreateAsync();
        (await project.RunAsync("run", Sync)).Exits(0);
        await AddStrangerAsync(project);
        project.Sql("delete from customers where id = 3");
        var before = Requests(project).Count;

        var plan = (await project.RunAsync("plan", Sync, "--replace", "--json")).Exits(0).Json.GetProperty("plans")[0];
        Assert.Equal((4, 1, 1), (plan.GetProperty("added").GetInt32(), plan.GetProperty("removed").GetInt32(), plan.GetProperty("vanishing").GetInt32()));
        Assert.Equal(JsonValueKind.Null, plan.GetProperty("members").ValueKind);
        Assert.StartsWith("max_removed (--replace): the destination does not tell", plan.GetProperty("guard").GetString());
        Assert.Contains("1 of those that were told vanish", (await project.RunAsync("plan", Sync, "--replace")).Exits(0).Out);
        (await project.RunAsync("plan", Sync, "--replace", "--out", "plan.zip")).Fails(2, "cannot be saved", "--replace");

        var stopped = (await project.RunAsync("run", Sync, "--replace")).Exits(3);
        Assert.Contains("nothing was sent", stopped.Out);
        Assert.Contains("--replace --allow-removed N%", stopped.Out);
        Assert.All(Requests(project).Skip(before), request => Assert.Equal("GET", request.Method));
        Assert.Equal(6, Members(project).Count);

        var run = (await project.RunAsync("run", Sync, "--replace", "--allow-removed", "100%", "--json")).Exits(0).Run;
        Assert.Equal(("succeeded", 4, 4), (run.GetProperty("status").GetString(), run.GetProperty("added").GetInt32(), run.GetProperty("accepted").GetInt32()));
        Assert.Equal(Expected(1, 2, 4, 5), Members(project));
        Assert.Equal("unchanged", (await project.RunAsync("run", Sync, "--json")).Exits(0).Run.GetProperty("status").GetString());
        Assert.Contains("--replace", (await project.RunAsync("audit", Sync)).Exits(0).Out);
        Assert.Equal(4, (await project.RunAsync("history", Sync, "--as-of", "2100-01-01", "--json")).Exits(0).Json.GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData("intend:1")]
    [InlineData("done:2")]
    [InlineData("complete:1")]
    [InlineData("advance:1")]
    public async Task One_that_was_killed_is_finished_by_the_next_run(string failpoint)
    {
        await using var project = await CreateAsync();
        project.Fill(25_000);
        (await project.RunAsync("run", Sync)).Exits(0);
        await AddStrangerAsync(project);
        project.Sql("delete from customers where id = 3; insert into customers values (30000, 'new@shop.example', 'New', 1)");

        await using (var process = CdpProcess.Start(project.Folder, new Dictionary<string, string?>(project.Variables) { ["CDP_FAILPOINT"] = failpoint }, ["run", Sync, "--replace", "--allow-removed", "10%"]))
            (await process.EndAsync()).Exits(CdpProcess.Killed);
        project.Sql("delete from customers where id = 4");
        (await project.RunAsync("run", Sync)).Exits(0);

        Assert.True(Members(project).SetEquals([.. Expected(Enumerable.Range(1, 25_000).Except([3, 4])), Hash("new@shop.example")]));
        Assert.Equal("unchanged", (await project.RunAsync("run", Sync, "--json")).Exits(0).Run.GetProperty("status").GetString());
    }

    [Fact]
    public async Task It_is_for_named_syncs_whose_object_can_be_replaced()
    {
        await using var project = await CreateAsync();
        (await project.RunAsync("run", "--replace")).Fails(2, "--replace is for syncs that are named");
        (await project.RunAsync("plan", "--replace")).Fails(2, "--replace is for syncs that are named");
        (await project.RunAsync("run", Sync, "customers_to_crm", "--replace")).Fails(2, "customers_to_crm.yml", "cannot be replaced as a whole");
        (await project.RunAsync("run", Sync, "--replace", "--rekey")).Fails(2, "two runs");
        project.Edit($"models/syncs/{Sync}.yml", "mode: mirror", "mode: upsert");
        (await project.RunAsync("run", Sync, "--replace")).Fails(2, "--replace is for mode mirror");
        Assert.Empty(Requests(project));
    }

    private static async Task<CdpProject> CreateAsync()
    {
        var project = await CdpProject.CreateAsync();
        project.Edit(CdpProject.Config, "\"destinations\": {", $$"""
            "destinations": {
                "meta": { "type": "meta-audiences", "adAccountId": "act_1", "accessToken": "token", "baseUrl": "{{new Uri(project.Sandbox.Url, Account)}}" },
            """);
        project.Write($"models/syncs/{Sync}.yml", $$"""
            sync: {{Sync}}
            model: customers
            destination: meta
            object: { audience: Customers, create: true }
            mode: mirror
            map:
              EMAIL: email
            """);
        return project;
    }

    private static async Task AddStrangerAsync(CdpProject project)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", "another");
        var body = new { payload = new { schema = new[] { "EMAIL" }, data = new[] { new[] { Hash("stranger@elsewhere.example") } } } };
        using var answer = await client.PostAsJsonAsync(new Uri(project.Sandbox.Url, $"{Account}/v25.0/{Audience(project).Id}/users"), body);
        Assert.True(answer.IsSuccessStatusCode);
        Assert.Contains(Hash("stranger@elsewhere.example"), Members(project));
    }

    private static IReadOnlyList<VendorRequest> Requests(CdpProject project) => project.Sandbox.Requests("meta-audiences", "shop");

    private static Holding Audience(CdpProject project) => Assert.Single(project.Sandbox.Holdings("meta-audiences", "shop"));

    private static SortedSet<string> Members(CdpProject project) => [.. Audience(project).Records.Select(record => record["EMAIL"]!)];

    private static SortedSet<string> Expected(params IEnumerable<int> customers) => [.. customers.Select(id => Hash($"c{id}@shop.example"))];

    private static string Hash(string email) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email)));
}
