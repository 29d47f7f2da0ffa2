using System.Net.Http.Headers;
using System.Text;
using ReverseEtl.IntegrationTests.Harness;
using ReverseEtl.Server.Access;

namespace ReverseEtl.IntegrationTests.Api;

/// <summary>What goes wrong is told in one form: what, where, what to do.</summary>
public sealed class ApiErrorTests
{
    private const string Sync = "syncs/customers_to_crm";

    [Fact]
    public async Task Requests_that_are_wrong_say_what_is()
    {
        await using var server = await ApiServer.StartAsync();
        (await server.GetAsync("syncs/customer_to_crm")).IsProblem(404, "did you mean \"customers_to_crm\"");
        (await server.GetAsync("models/customer/preview")).IsProblem(404, "did you mean \"customers\"");
        (await server.GetAsync("runs/20260101T000000000Z-customers_to_crm")).IsProblem(404, "there is no run");
        (await server.GetAsync("audit?sync=nothing")).IsProblem(400, "there is no sync \"nothing\"");
        (await server.GetAsync("nowhere")).IsProblem(404, "GET /api/v1/nowhere", "openapi.json");
        (await server.GetAsync("models/customers/preview?limit=10001")).IsProblem(400, "limit must be from 0 to 10000");
        (await server.GetAsync("models/customers/preview?limit=many")).IsProblem(400, "limit");
        (await server.GetAsync("models/customers/preview?limits=1")).IsProblem(400, "there is no parameter \"limits\"", "\"limit\"");
        (await server.GetAsync("models/customers/preview?where=true%20union%20all%20select%201,content,filename,1%20from%20read_text('cdp.config.json')")).IsProblem(400, "union");
        (await server.GetAsync("models/customers/preview?where=nothing%20%3D%201")).IsProblem(400, "nothing");
        (await server.GetAsync($"{Sync}/explain")).IsProblem(400, "key");
        (await server.GetAsync($"{Sync}/members?as_of=yesterday")).IsProblem(400, "as_of");
        (await server.PostAsync($"{Sync}/runs", """{"allow_remove":"1%"}""")).IsProblem(400, "allow_remove");
        (await server.PostAsync($"{Sync}/runs", """{"allow_removed":"much"}""")).IsProblem(400, "allow_removed");
        (await server.PostAsync($"{Sync}/runs", """{"full":"yes"}""")).IsProblem(400, "full");
        (await server.PostAsync($"{Sync}/runs", """{"full":true,"full":false}""")).IsProblem(400, "full");
        (await server.PostAsync($"{Sync}/runs", """{"replace":true,"rekey":true}""")).IsProblem(400, "two runs");
        (await server.PostAsync($"{Sync}/runs", "{")).IsProblem(400);
        (await server.PostAsync($"{Sync}/unknown")).IsProblem(400);
        (await server.PostAsync($"{Sync}/unknown", "{}")).IsProblem(400, "arrived");
        (await server.PostAsync("events/%20")).IsProblem(400, "name");
        Assert.Empty(server.Project.Sandbox.Requests());
    }

    [Fact]
    public async Task Bodies_have_a_size_and_a_type()
    {
        await using var server = await ApiServer.StartAsync();
        var large = $$"""{"reason":"{{new string('x', 64 * 1024)}}"}""";
        (await server.PostAsync($"{Sync}/pause", large)).IsProblem(413, "64 KB");
        (await server.PostAsync($"{Sync}/pause", $$"""{"reason":"{{new string('x', 1001)}}"}""")).IsProblem(400, "reason");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Sync}/pause") { Content = new StringContent("{}", Encoding.UTF8, "text/plain") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.Tokens[TokenRole.Operator]);
        (await server.SendAsync(request)).IsProblem(415, "application/json");
    }

    [Fact]
    public async Task A_model_that_the_warehouse_refuses_is_told_with_its_place()
    {
        await using var server = await ApiServer.StartAsync();
        await server.SqlAsync("alter table customers drop column name");
        var answer = (await server.PostAsync($"{Sync}/plan", null, TokenRole.Viewer)).IsProblem(422, "name");
        var problem = answer.Json.GetProperty("problems")[0];
        Assert.Equal(CdpProject.Model, problem.GetProperty("file").GetString());
        Assert.True(problem.GetProperty("line").GetInt32() > 0);
    }

    [Fact]
    public async Task A_warehouse_that_cannot_be_used_is_told()
    {
        await using var server = await ApiServer.StartAsync();
        File.WriteAllText(server.Project.Warehouse, new string('x', 20_000));
        (await server.GetAsync("models/customers/preview")).IsProblem(503, "shop.duckdb");
    }

    [Fact]
    public async Task A_destination_that_cannot_be_reached_is_told_by_the_run()
    {
        await using var server = await ApiServer.StartAsync();
        await server.Project.Sandbox.DisposeAsync();
        var run = await server.RunAsync();
        Assert.Equal("failed", run.GetProperty("status").GetString());
    }
}
