using System.Net;
using System.Text.Json;
using ReverseEtl.Sandbox.Scripting;

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
        using var http = new HttpClient { Timeout = TimeSpan.FromMilliseconds(300) };
        var url = new Uri(hubspot.Server.Url, $"hubspot/{VendorSandbox.Account}/{Upsert}");
        http.DefaultRequestHeaders.Add("Authorization", "Bearer token");
        await Assert.ThrowsAsync<TaskCanceledException>(() => http.PostAsync(url, VendorSandbox.Json("""{"inputs":[{"id":"1","idProperty":"k"}]}""")));
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

    private static Task<Reply> UpsertAsync(VendorSandbox hubspot, params string[] keys) => hubspot.PostAsync(
        Upsert, JsonSerializer.Serialize(new { inputs = keys.Select(key => new { id = key, idProperty = "k", objectWriteTraceId = key }) }));
}
