using System.Net;
using System.Text.Json;
using ReverseEtl.Sandbox.Scripting;
using ReverseEtl.Tests.Http;

namespace ReverseEtl.Tests.Sandbox;

/// <summary>What all vendors share: the script, what is recorded, and the state that outlives the process.</summary>
public sealed class VendorScriptTests : IDisposable
{
    private const string Upsert = "crm/objects/2026-09/contacts/batch/upsert";

    private readonly string _folder = Directory.CreateTempSubdirectory("sandbox").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task State_outlives_the_process()
    {
        await using (var hubspot = await VendorSandbox.StartAsync("hubspot", _folder))
        {
            await UpsertAsync(hubspot, "k1", "k2");
            await hubspot.PostAsync("crm/objects/2026-09/contacts/batch/archive", """{"inputs":[{"id":"101"}]}""");
            await hubspot.PostAsync("crm/lists/2026-09", """{"name":"L\u2028<&\"","objectTypeId":"0-1","processingType":"MANUAL"}""");
        }

        await File.AppendAllTextAsync(Path.Combine(_folder, "vendors.jsonl"), """{"type":"hubspot","acc""");
        await using (var hubspot = await VendorSandbox.StartAsync("hubspot", _folder))
        {
            Assert.Equal(["k2"], hubspot.Values("contacts", "k"));
            Assert.Equal(0, hubspot.Holding("L\u2028<&\"").Count);
            var created = await UpsertAsync(hubspot, "k3");
            Assert.Equal("103", created.Json.GetProperty("results")[0].GetProperty("id").GetString());
            hubspot.Server.Reset();
            Assert.Empty(hubspot.Holdings);
        }

        await using (var hubspot = await VendorSandbox.StartAsync("hubspot", _folder))
            Assert.Empty(hubspot.Server.Accounts);
    }

    [Fact]
    public async Task Every_request_is_recorded_with_its_body()
    {
        await using var hubspot = await VendorSandbox.StartAsync("hubspot");
        await UpsertAsync(hubspot, "k1", "k2");
        await hubspot.GetAsync("crm/objects/2026-09/contacts?limit=1");
        Assert.Equal(["POST", "GET"], hubspot.Requests.Select(request => request.Method));
        Assert.Equal((Upsert, 2, 200), (hubspot.Requests[0].Path, hubspot.Requests[0].Rows, hubspot.Requests[0].Status));
        Assert.Contains("\"k2\"", hubspot.Requests[0].Text);
        Assert.Equal("Bearer token", hubspot.Requests[0].Headers["Authorization"]);
        Assert.Equal("?limit=1", hubspot.Requests[1].Query);
    }

    [Fact]
    public async Task Trouble_comes_in_the_vendors_own_words_for_requests_with_rows()
    {
        await using var hubspot = await VendorSandbox.StartAsync("hubspot");
        hubspot.Script(new() { Trouble = VendorTrouble.Throttled, RetryAfter = 3 });
        Assert.Equal(200, (await hubspot.GetAsync("crm/objects/2026-09/contacts")).Code);
        var throttled = await UpsertAsync(hubspot, "k1");
        Assert.Equal((429, "RATE_LIMIT", "3", "0"),
            (throttled.Code, throttled.Json.GetProperty("errorType").GetString(), throttled.Header("Retry-After"), throttled.Header("X-HubSpot-RateLimit-Remaining")));
        Assert.Equal(200, (await UpsertAsync(hubspot, "k1")).Code);
    }

    [Theory]
    [InlineData(VendorTrouble.Broken, 500)]
    [InlineData(VendorTrouble.Credentials, 401)]
    [InlineData(VendorTrouble.Forbidden, 403)]
    [InlineData(VendorTrouble.Missing, 404)]
    [InlineData(VendorTrouble.Redirect, 307)]
    public async Task Trouble_applies_nothing(VendorTrouble trouble, int status)
    {
        await using var hubspot = await VendorSandbox.StartAsync("hubspot");
        hubspot.Script(new() { Trouble = trouble });
        Assert.Equal(status, (await UpsertAsync(hubspot, "k1")).Code);
        Assert.Empty(hubspot.Holdings);
    }

    [Fact]
    public async Task Garbage_is_a_page_that_no_api_would_send()
    {
        await using var hubspot = await VendorSandbox.StartAsync("hubspot");
        hubspot.Script(new() { Trouble = VendorTrouble.Garbage });
        Assert.StartsWith("<html>", (await UpsertAsync(hubspot, "k1")).Text);
        Assert.Empty(hubspot.Holdings);
    }

    [Fact]
    public async Task What_is_wrong_may_be_said_in_other_words()
    {
        await using var hubspot = await VendorSandbox.StartAsync("hubspot");
        foreach (var trouble in new[] { VendorTrouble.Throttled, VendorTrouble.Broken, VendorTrouble.Credentials, VendorTrouble.Forbidden, VendorTrouble.Missing })
        {
            hubspot.Script(new() { Trouble = trouble, Message = "in other words" });
            Assert.Equal("in other words", (await UpsertAsync(hubspot, "k1")).Json.GetProperty("message").GetString());
        }
    }

    [Theory]
    [InlineData(Disconnect.Before, 0)]
    [InlineData(Disconnect.After, 1)]
    [InlineData(Disconnect.Within, 1)]
    public async Task A_connection_is_cut(Disconnect disconnect, int applied)
    {
        await using var hubspot = await VendorSandbox.StartAsync("hubspot");
        hubspot.Script(new() { Disconnect = disconnect });
        await Assert.ThrowsAsync<HttpRequestException>(() => UpsertAsync(hubspot, "k1"));
        Assert.Equal(applied, hubspot.Holdings.Sum(holding => holding.Count));
        Assert.Equal(0, Assert.Single(hubspot.Requests).Status);
    }

    [Fact]
    public async Task Silence_lasts_until_the_caller_gives_up()
    {
        await using var hubspot = await VendorSandbox.StartAsync("hubspot");
        hubspot.Script(new() { Trouble = VendorTrouble.Silence });
        using var http = new HttpClient();
        using var patience = new CancellationTokenSource();
        http.DefaultRequestHeaders.Add("Authorization", "Bearer token");
        var url = new Uri(hubspot.Server.Url, $"hubspot/{VendorSandbox.Account}/{Upsert}");
        var sending = http.PostAsync(url, VendorSandbox.Json("""{"inputs":[{"id":"1","idProperty":"k"}]}"""), patience.Token);
        await Eventually.IsTrue(() => hubspot.Requests.Count == 1);
        await Task.Delay(50);
        Assert.False(sending.IsCompleted);
        await patience.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => sending);
        Assert.Equal(1, hubspot.Holding("contacts").Count);
    }

    [Fact]
    public async Task Rows_are_refused_by_any_value_in_them_and_whole_requests_because_of_one()
    {
        await using var hubspot = await VendorSandbox.StartAsync("hubspot");
        hubspot.Script(new() { RejectKeys = ["k2"], Message = "not this one" });
        hubspot.Script(new() { RejectBatchContaining = ["k4"] });
        Assert.Equal(200, (await UpsertAsync(hubspot, "k1")).Code);
        var partial = await UpsertAsync(hubspot, "k2", "k3");
        Assert.Equal((207, "not this one"), (partial.Code, partial.Json.GetProperty("errors")[0].GetProperty("message").GetString()));
        Assert.Equal(400, (await UpsertAsync(hubspot, "k4", "k5")).Code);
        Assert.Equal(["k1", "k3"], hubspot.Values("contacts", "k"));
    }

    [Fact]
    public async Task A_path_below_the_account_is_for_every_request_there()
    {
        await using var hubspot = await VendorSandbox.StartAsync("hubspot");
        hubspot.Script(new() { Status = 503 }, below: "crm/lists");
        Assert.Equal(200, (await UpsertAsync(hubspot, "k1")).Code);
        Assert.Equal(503, (await hubspot.GetAsync("crm/lists/2026-09/1")).Code);
    }

    [Fact]
    public async Task The_page_and_the_json_show_what_is_held_and_nothing_that_is_secret()
    {
        await using var hubspot = await VendorSandbox.StartAsync("hubspot");
        await UpsertAsync(hubspot, "<script>k1</script>");
        using var http = new HttpClient();
        var page = await http.GetStringAsync(hubspot.Server.Url);
        Assert.Contains("&lt;script&gt;k1&lt;/script&gt;", page);
        Assert.DoesNotContain("<script", page);
        Assert.Contains("hubspot/acme", page);
        Assert.Equal("""{"accounts":[{"type":"hubspot","account":"acme","requests":1,"holdings":[{"kind":"object","id":"contacts","name":"contacts","count":1}]}]}""",
            await http.GetStringAsync(new Uri(hubspot.Server.Url, "_sandbox/accounts")));
        Assert.Contains("k1", await http.GetStringAsync(new Uri(hubspot.Server.Url, "_sandbox/accounts/hubspot/acme")));
        var requests = await http.GetStringAsync(new Uri(hubspot.Server.Url, "_sandbox/accounts/hubspot/acme/requests"));
        Assert.Contains("k1", requests);
        Assert.DoesNotContain("token", requests);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri(hubspot.Server.Url, "_sandbox/accounts/hubspot/other"))).StatusCode);
    }

    [Theory]
    [InlineData("slack", "api/chat.postMessage", """{"channel":"#a","text":"<i>x</i>"}""", "channel")]
    [InlineData("customerio", "api/v2/batch", """{"batch":[{"type":"person","identifiers":{"id":"<i>x</i>"},"action":"identify"}]}""", "object")]
    [InlineData("meta-audiences", "v25.0/act_1/customaudiences", """{"name":"<i>x</i>","subtype":"CUSTOM","customer_file_source":"USER_PROVIDED_ONLY"}""", "audience")]
    public async Task Every_vendor_is_on_the_page_and_there_again_after_a_restart(string type, string path, string body, string kind)
    {
        using var http = new HttpClient();
        await using (var vendor = await VendorSandbox.StartAsync(type, _folder))
        {
            vendor.Authorization = type == "customerio" ? "Basic YTpi" : "Bearer token";
            Assert.Equal(200, (await vendor.PostAsync(path, body)).Code);
        }

        await using (var vendor = await VendorSandbox.StartAsync(type, _folder))
        {
            Assert.Equal(kind, Assert.Single(vendor.Holdings).Kind);
            var page = await http.GetStringAsync(vendor.Server.Url);
            Assert.Contains("&lt;i&gt;x&lt;/i&gt;", page);
            Assert.DoesNotContain("<i>", page);
        }
    }

    [Theory]
    [InlineData("google-audiences", "token")]
    [InlineData("salesforce", "services/oauth2/token")]
    public async Task A_token_endpoint_has_words_of_its_own_and_is_not_meant_by_the_account(string type, string path)
    {
        await using var vendor = await VendorSandbox.StartAsync(type);
        vendor.Script(new() { Trouble = VendorTrouble.Credentials }, times: null);
        Task<Reply> TokenAsync() => vendor.FormAsync(HttpMethod.Post, path, ("grant_type", "refresh_token"), ("refresh_token", "r"), ("client_id", "c"), ("client_secret", "s"));
        Assert.Equal(200, (await TokenAsync()).Code);
        vendor.Script(new() { Trouble = VendorTrouble.Credentials }, below: path);
        var refused = await TokenAsync();
        Assert.Equal((400, "invalid_grant"), (refused.Code, refused.Json.GetProperty("error").GetString()));
    }

    [Theory]
    [InlineData(VendorTrouble.Throttled, 429)]
    [InlineData(VendorTrouble.Broken, 500)]
    [InlineData(VendorTrouble.Credentials, 401)]
    [InlineData(VendorTrouble.Garbage, 502)]
    [InlineData(VendorTrouble.Redirect, 307)]
    public async Task A_webhook_has_only_the_status_to_say_it_with(VendorTrouble trouble, int status)
    {
        await using var sandbox = await VendorSandbox.StartAsync("webhook");
        sandbox.Server.Script.Add(new() { Path = "p", Then = new() { Trouble = trouble } });
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var content = VendorSandbox.Json("""{"id":"1","operation":"upsert","rows":[{"key":1,"change":"added","fields":{}}]}""");
        content.Headers.Add("webhook-id", "1");
        content.Headers.Add("webhook-timestamp", "1795334400");
        using var answer = await http.PostAsync(new Uri(sandbox.Server.Url, "webhook/p"), content);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Empty(sandbox.Server.Webhook("p")!.Rows);
    }

    [Fact]
    public async Task Accounts_are_apart()
    {
        await using var hubspot = await VendorSandbox.StartAsync("hubspot");
        await UpsertAsync(hubspot, "k1");
        Assert.Empty(hubspot.Server.Holdings("hubspot", "other"));
        Assert.Equal("acme", Assert.Single(hubspot.Server.Accounts).Account);
    }

    private static Task<Reply> UpsertAsync(VendorSandbox hubspot, params string[] keys) => hubspot.PostAsync(
        Upsert, JsonSerializer.Serialize(new { inputs = keys.Select(key => new { id = key, idProperty = "k", objectWriteTraceId = key }) }));
}
