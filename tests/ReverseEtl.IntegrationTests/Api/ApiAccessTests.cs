using System.Text;
using ReverseEtl.Server.Access;

namespace ReverseEtl.IntegrationTests.Api;

/// <summary>Who may do what, and what is kept of tokens and orders.</summary>
public sealed class ApiAccessTests
{
    private const string Sync = "syncs/customers_to_crm";

    public static TheoryData<string, string> Looks => new()
    {
        { "GET", "project" }, { "GET", "models" }, { "GET", "models/customers/preview" }, { "GET", "syncs" }, { "GET", Sync }, { "GET", "runs" }, { "GET", "runs/none" },
        { "GET", "runs/none/outcomes" }, { "GET", $"{Sync}/rejected" }, { "GET", $"{Sync}/history" }, { "GET", $"{Sync}/members?as_of=2026-01-01T00:00:00Z" },
        { "GET", $"{Sync}/explain?key=1" }, { "GET", $"{Sync}/unknown" }, { "GET", "audit" }, { "POST", $"{Sync}/plan" }, { "GET", "nothing" },
    };

    public static TheoryData<string, string> Orders => new()
    {
        { "POST", $"{Sync}/runs" }, { "POST", $"{Sync}/cancel" }, { "POST", $"{Sync}/pause" }, { "POST", $"{Sync}/resume" }, { "POST", $"{Sync}/unknown" },
        { "POST", "runs/none/cancel" }, { "POST", "events/dbt" },
    };

    public static TheoryData<string, string> Admin => new() { { "GET", "tokens" }, { "POST", "tokens" }, { "DELETE", "tokens/none" } };

    [Fact]
    public async Task Each_role_may_do_what_is_its_own_and_no_more()
    {
        await using var server = await ApiServer.StartAsync();
        foreach (var (cases, least) in new[] { (Looks, TokenRole.Viewer), (Orders, TokenRole.Operator), (Admin, TokenRole.Admin) })
        {
            foreach (var (method, path) in cases.Select(row => row.Data))
            {
                (await server.SendAsync(new HttpMethod(method), path, null, null)).IsProblem(401, "Authorization: Bearer");
                foreach (var role in Enum.GetValues<TokenRole>())
                {
                    var answer = await server.SendAsync(new HttpMethod(method), path, null, server.Tokens[role]);
                    if (role < least)
                        answer.IsProblem(403, least.ToString().ToLowerInvariant(), role.ToString().ToLowerInvariant());
                    else
                        Assert.True(answer.Status is not (401 or 403 or >= 500), $"{method} {path} as {role}: {answer}");
                }
            }
        }
    }

    [Fact]
    public async Task Every_endpoint_of_the_document_is_among_those_cases()
    {
        await using var server = await ApiServer.StartAsync();
        var document = (await server.SendAsync(HttpMethod.Get, "openapi.json", null, null)).Is(200).Json;
        var described = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name["/api/v1/".Length..]}"));
        var tested = new[] { Looks, Orders, Admin }.SelectMany(cases => cases.Select(row => row.Data)).Where(row => row.Item2 != "nothing").Select(row =>
            $"{row.Item1} {row.Item2.Split('?')[0].Replace("customers_to_crm", "{sync}").Replace("models/customers", "models/{model}").Replace("runs/none", "runs/{run}").Replace("events/dbt", "events/{name}").Replace("tokens/none", "tokens/{name}")}");
        Assert.Equal(tested.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("cdp_wrong")]
    [InlineData("")]
    [InlineData("cdp_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_wrong_token_is_refused(string token)
    {
        await using var server = await ApiServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "models");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        var answer = (await server.SendAsync(request)).IsProblem(401);
        Assert.StartsWith("Bearer realm=\"cdp\"", answer.Challenge);
    }

    [Fact]
    public async Task Tokens_are_made_and_revoked_and_their_text_is_kept_nowhere()
    {
        await using var server = await ApiServer.StartAsync();
        var made = (await server.PostAsync("tokens", """{"name":"airflow","role":"operator","expires":"90d"}""", TokenRole.Admin)).Is(201);
        Assert.Equal("/api/v1/tokens/airflow", made.Location!.ToString());
        var token = made.Json.GetProperty("token").GetString()!;
        Assert.Matches("^cdp_[A-Za-z0-9_-]{43}$", token);
        (await server.SendAsync(HttpMethod.Post, $"{Sync}/pause", "{}", token)).Is(200);
        (await server.PostAsync("tokens", """{"name":"airflow","role":"viewer"}""", TokenRole.Admin)).IsProblem(409, "airflow");
        (await server.PostAsync("tokens", """{"name":"no good","role":"viewer"}""", TokenRole.Admin)).IsProblem(400);
        (await server.PostAsync("tokens", """{"name":"x","role":"owner"}""", TokenRole.Admin)).IsProblem(400);
        (await server.PostAsync("tokens", """{"name":"x","role":"viewer","expires":"99999d"}""", TokenRole.Admin)).IsProblem(400, "90d");
        var listed = (await server.GetAsync("tokens", TokenRole.Admin)).Is(200);
        Assert.Contains($"\"last_four\":\"{token[^4..]}\"", listed.Text);
        Assert.DoesNotContain(token, listed.Text);

        (await server.SendAsync(HttpMethod.Delete, "tokens/airflow", null, server.Tokens[TokenRole.Admin])).Is(200);
        (await server.SendAsync(HttpMethod.Get, "models", null, token)).IsProblem(401);
        (await server.SendAsync(HttpMethod.Delete, "tokens/airflo", null, server.Tokens[TokenRole.Admin])).IsProblem(404, "there is no token");

        Assert.Equal(
            [("the-admin (token)", "token-revoke", "airflow"), ("airflow (token)", "pause", "without a reason"), ("the-admin (token)", "token-create", "airflow, operator")],
            (await server.AuditAsync()).Select(entry => entry with { Detail = entry.Detail.Split(", until")[0] }));
        var kept = Directory.EnumerateFiles(Path.Combine(server.Project.Folder, ".cdp")).Select(ReadShared).Append(string.Join('\n', server.Log)).ToList();
        Assert.Contains(kept, text => text.Contains("the-viewer", StringComparison.Ordinal));
        foreach (var secret in server.Tokens.Values.Append(token).SelectMany(text => new[] { text, text["cdp_".Length..], Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) }))
            Assert.DoesNotContain(kept, text => text.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tokens_of_the_command_line_open_a_service_that_runs_until_they_are_revoked_or_expire()
    {
        await using var server = await ApiServer.StartAsync();
        var made = (await server.Project.RunAsync("token", "create", "ci", "--role", "viewer")).Exits(0);
        var token = made.Out.Trim();
        Assert.DoesNotContain(token, made.Error);
        // What is written elsewhere is known here within seconds.
        await UntilAsync(server, token, 200);
        var listed = (await server.Project.RunAsync("token", "list")).Exits(0).Out;
        Assert.Contains($"...{token[^4..]}", listed);
        Assert.DoesNotContain(token, listed);
        (await server.Project.RunAsync("token", "create", "ci", "--role", "admin")).Fails(2, "already");
        (await server.Project.RunAsync("token", "create", "x", "--role", "owner")).Exits(2);
        (await server.Project.RunAsync("token", "revoke", "c")).Fails(2, "there is no token \"c\"");
        (await server.Project.RunAsync("token", "revoke", "ci")).Exits(0);
        var revoked = TimeProvider.System.GetTimestamp();
        await UntilAsync(server, token, 401);
        Assert.InRange(TimeProvider.System.GetElapsedTime(revoked), TimeSpan.Zero, TimeSpan.FromSeconds(30));

        var brief = (await server.Project.RunAsync("token", "create", "brief", "--role", "viewer", "--expires", "1s", "--json")).Exits(0).Json.GetProperty("token").GetString()!;
        await UntilAsync(server, brief, 401);
        var audit = (await server.Project.RunAsync("audit")).Exits(0).Out;
        Assert.Contains("token-create", audit);
        Assert.Contains("token-revoke", audit);
        Assert.DoesNotContain(token, audit);
    }

    [Fact]
    public async Task Orders_are_recorded_with_who_gave_them_and_refused_ones_are_logged()
    {
        await using var server = await ApiServer.StartAsync();
        await server.RunAsync("""{"full":true,"retry_rejected":true}""");
        await server.PostAsync($"{Sync}/pause", """{"reason":"a fair"}""");
        await server.PostAsync($"{Sync}/resume");
        await server.PostAsync($"{Sync}/cancel");
        await server.PostAsync("events/dbt");
        (await server.PostAsync($"{Sync}/runs", "{}", TokenRole.Viewer)).Is(403);
        (await server.PostAsync($"{Sync}/runs", """{"fulll":true}""")).Is(400);

        Assert.Equal(
            [("event", "dbt"), ("cancel", "its run"), ("resume", "its schedule"), ("pause", "a fair"), ("run", "--full --retry-rejected")],
            (await server.AuditAsync()).Where(entry => entry.Who == "the-operator (token)").Select(entry => (entry.Action, entry.Detail)));
        Assert.Contains(server.Log, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("the-viewer (token)", StringComparison.Ordinal) && line.Contains("403", StringComparison.Ordinal));
        Assert.Contains(server.Log, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("fulll", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Log, line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal));
    }

    private static async Task UntilAsync(ApiServer server, string token, int status)
    {
        while ((await server.SendAsync(HttpMethod.Get, "models", null, token)).Status != status)
            await Task.Delay(100, TestContext.Current.CancellationToken);
    }

    private static string ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file, Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
