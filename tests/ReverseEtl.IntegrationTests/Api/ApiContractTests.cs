using System.Text.Json;
using ReverseEtl.IntegrationTests.Harness;
using ReverseEtl.Server.Access;

namespace ReverseEtl.IntegrationTests.Api;

/// <summary>The published OpenAPI document is true: Prism holds every request and answer against it.</summary>
[Trait("Category", "Contracts")]
public sealed class ApiContractTests
{
    private const string Sync = "syncs/customers_to_crm";

    [Fact]
    public async Task Everything_that_the_service_answers_is_in_its_document()
    {
        await using var server = await ApiServer.StartAsync(""", "batchRows": 1, "concurrency": 1""");
        var document = await DocumentAsync(server);
        await using var proxy = await ValidatingProxy.StartAsync(document, server.Url);
        server.Through(proxy.Url);
        server.Schedule.On["dbt"] = "customers_to_crm";
        server.Project.Sandbox.Script.Add(new() { Then = new() { RejectKeys = ["3"], Code = "bad_email", Message = "no such domain" } });

        var plan = (await server.PostAsync($"{Sync}/plan?rows=2", "{}", TokenRole.Viewer)).Is(200);
        Assert.NotEmpty(plan.Json.GetProperty("rows").EnumerateArray());
        var run = await server.RunAsync();
        var runId = run.GetProperty("run_id").GetString()!;
        await server.SqlAsync("update customers set name = null where id = 1; delete from customers where id = 2");
        (await server.PostAsync($"{Sync}/plan", """{"allow_removed":"60%","retry_rejected":true}""", TokenRole.Viewer)).Is(200);
        foreach (var path in new[]
                 {
                     "project", "models", "models/customers/preview?limit=2&where=id%20%3E%201", "syncs", Sync, $"{Sync}?runs=0", "runs", $"runs?sync=customers_to_crm&limit=1", $"runs/{runId}",
                     $"runs/{runId}/outcomes", $"{Sync}/rejected", $"{Sync}/history", $"{Sync}/history?key=3&limit=5", $"{Sync}/members?as_of=2100-01-01T00:00:00Z", $"{Sync}/explain?key=1",
                     $"{Sync}/explain?key=3", $"{Sync}/explain?key=nobody", $"{Sync}/unknown", "audit", "audit?sync=customers_to_crm",
                 })
        {
            (await server.GetAsync(path)).Is(200);
        }

        await OrderAsync(server);
        await RefuseAsync(server, runId);
        await server.Schedule.IdleAsync();

        Assert.Equal("", string.Join('\n', proxy.Seen.SelectMany(seen => seen.Violations.Select(violation => $"{seen.Method} {seen.Path} {seen.Status}: {violation}")).Concat(proxy.Errors)));
        var described = JsonDocument.Parse(document).RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}"));
        Assert.Equal(described.Order(StringComparer.Ordinal), proxy.Seen.Where(seen => seen.Status < 300).Select(seen => seen.Operation!).Distinct().Order(StringComparer.Ordinal));
        Assert.Superset(new HashSet<int> { 200, 201, 202, 400, 401, 403, 404, 409, 413, 422, 503 }, proxy.Seen.Select(seen => seen.Status).ToHashSet());
    }

    [Fact]
    public async Task What_a_plan_costs_and_what_its_messages_say_is_in_the_document_and_arrives_at_a_distance()
    {
        await using var server = await ApiServer.StartAsync(prepare: project =>
        {
            project.Edit(CdpProject.Config, "\"destinations\": {", $$"""
                "destinations": {
                  "slack": { "type": "slack", "token": "x", "baseUrl": "{{project.Sandbox.Url}}" },
                  "google": { "type": "google-audiences", "account": "1", "clientId": "1", "clientSecret": "2", "refreshToken": "3", "baseUrl": "{{project.Sandbox.Url}}" },
                """);
            project.Write("models/syncs/messages.yml", """
                { sync: messages, model: customers, destination: slack, object: { channel: "#vip", template: "{{name}}" }, mode: append, map: { name: name } }
                """);
            project.Write("models/syncs/audience.yml", """
                { sync: audience, model: customers, destination: google, object: { audience: VIP, terms_of_service: accepted }, mode: mirror, map: { email_address: email } }
                """);
            project.Sql("update customers set name = null where id = 2");
        });
        foreach (var command in new string[][] { ["plan", "messages", "audience"], ["plan", "messages", "audience", "--json"], ["plan", "messages", "audience", "--markdown"] })
            Assert.Equal((await server.Project.RunAsync(command)).Exits(0).Out, (await server.CdpAsync(TokenRole.Viewer, command)).Exits(0).Out);

        await using var proxy = await ValidatingProxy.StartAsync(await DocumentAsync(server), server.Url);
        server.Through(proxy.Url);
        var messages = (await server.PostAsync("syncs/messages/plan", "{}", TokenRole.Viewer)).Is(200).Json;
        var audience = (await server.PostAsync("syncs/audience/plan", "{}", TokenRole.Viewer)).Is(200).Json;

        Assert.Equal(["text", "refused"], messages.GetProperty("rows").EnumerateArray().Take(2).Select(row => row.EnumerateObject().Last().Name));
        Assert.Equal("1d", audience.GetProperty("price").GetProperty("quota").GetProperty("per").GetString());
        Assert.Empty(proxy.Seen.SelectMany(seen => seen.Violations));
    }

    [Fact]
    public async Task Requests_and_answers_that_the_document_does_not_allow_are_found()
    {
        await using var server = await ApiServer.StartAsync();
        var document = await DocumentAsync(server);
        await using (var proxy = await ValidatingProxy.StartAsync(document, server.Url))
        {
            server.Through(proxy.Url);
            (await server.PostAsync($"{Sync}/runs", """{"fulll":true}""")).Is(400);
            (await server.PostAsync($"{Sync}/runs", """{"allow_removed":"much"}""")).Is(400);
            (await server.GetAsync("models/customers/preview?limit=10001")).Is(400);
            (await server.PostAsync($"{Sync}/unknown", "{}")).Is(400);
            (await server.SendAsync(HttpMethod.Get, "models", null, null)).Is(401);
            Assert.Equal(5, proxy.Seen.Count);
            Assert.All(proxy.Seen, seen => Assert.NotEmpty(seen.Violations));
        }

        // The same answers beside documents that are not true.
        foreach (var (path, from, to) in new[]
                 {
                     ("models", "\"owner\"", "\"owners\""), ("project", "\"loaded_at\":{", "\"loaded_at\":{\"pattern\":\"^x\","), ("syncs", "\"rejected\"", "\"refused\""), ("models", "\"profile\"", "\"person\""),
                 })
        {
            Assert.Contains(from, document.Replace(" ", "", StringComparison.Ordinal).ReplaceLineEndings(""));
            var untrue = JsonSerializer.Serialize(JsonDocument.Parse(document).RootElement).Replace(from, to, StringComparison.Ordinal);
            await using var proxy = await ValidatingProxy.StartAsync(untrue, server.Url);
            server.Through(proxy.Url);
            (await server.GetAsync(path)).Is(200);
            Assert.Contains(Assert.Single(proxy.Seen).Violations, violation => violation.StartsWith("answer", StringComparison.Ordinal));
        }
    }

    private static async Task OrderAsync(ApiServer server)
    {
        (await server.PostAsync($"{Sync}/pause", """{"reason":"a fair"}""")).Is(200);
        (await server.GetAsync(Sync)).Is(200);
        (await server.PostAsync($"{Sync}/resume")).Is(200);
        (await server.PostAsync($"{Sync}/unknown", """{"arrived":false,"keys":["1"]}""")).Is(200);
        await server.EndAsync((await server.PostAsync("events/dbt")).Is(200).Json.GetProperty("runs")[0].GetProperty("run_id").GetString()!);
        server.Schedule.Gate = new TaskCompletionSource().Task;
        var waiting = (await server.PostAsync($"{Sync}/runs", """{"full":true}""")).Is(202).Json.GetProperty("run_id").GetString()!;
        (await server.GetAsync($"runs/{waiting}")).Is(200);
        (await server.PostAsync($"runs/{waiting}/cancel")).Is(200);
        await server.Schedule.IdleAsync();
        (await server.PostAsync($"{Sync}/runs")).Is(202);
        (await server.PostAsync($"{Sync}/cancel")).Is(200);
        server.Schedule.Gate = Task.CompletedTask;
        (await server.PostAsync("tokens", """{"name":"ci","role":"viewer","expires":"90d"}""", TokenRole.Admin)).Is(201);
        (await server.GetAsync("tokens", TokenRole.Admin)).Is(200);
        (await server.SendAsync(HttpMethod.Delete, "tokens/ci", null, server.Tokens[TokenRole.Admin])).Is(200);
    }

    private static async Task RefuseAsync(ApiServer server, string runId)
    {
        (await server.SendAsync(HttpMethod.Get, "models", null, "cdp_wrong")).Is(401);
        (await server.PostAsync($"{Sync}/runs", null, TokenRole.Viewer)).Is(403);
        (await server.GetAsync("syncs/none")).Is(404);
        (await server.GetAsync("runs/none")).Is(404);
        (await server.GetAsync("models/none/preview")).Is(404);
        (await server.GetAsync("audit?sync=none")).Is(400);
        (await server.PostAsync($"{Sync}/resume")).Is(409);
        (await server.PostAsync($"runs/{runId}/cancel")).Is(409);
        (await server.PostAsync($"{Sync}/plan", """{"replace":true,"rekey":true}""", TokenRole.Viewer)).Is(400);
        (await server.PostAsync($"{Sync}/unknown", $$"""{"arrived":true,"keys":["{{new string('x', 70_000)}}"]}""")).Is(413);
        await server.SqlAsync("alter table customers drop column name");
        (await server.PostAsync($"{Sync}/plan", null, TokenRole.Viewer)).Is(422);
        File.WriteAllText(server.Project.Warehouse, new string('x', 20_000));
        (await server.GetAsync("models/customers/preview")).Is(503);
    }

    private static async Task<string> DocumentAsync(ApiServer server) => (await server.SendAsync(HttpMethod.Get, "openapi.json", null, null)).Is(200).Text;
}
