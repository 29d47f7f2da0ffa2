using System.Net;
using System.Text;
using System.Text.Json;
using ReverseEtl.Sandbox;

namespace ReverseEtl.Tests.Sandbox;

/// <summary>The sandbox by itself, spoken to as any sender would.</summary>
public sealed class SandboxServerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sandbox").FullName;
    private readonly HttpClient _http = new();

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Fields_are_set_and_those_not_named_stay()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), None);
        await SendAsync(sandbox, "1", "upsert", """{"key":"a","change":"added","fields":{"x":1.50,"y":"\u00e6"}}""");
        await SendAsync(sandbox, "2", "update", """{"key":"a","change":"changed","fields":{"z":null,"x":2}}""");
        Assert.Equal("""{"x":2,"y":"\u00e6","z":null}""", Assert.Single(sandbox.Webhook("p")!.Rows).Content);
    }

    [Fact]
    public async Task A_removed_row_that_comes_back_is_no_longer_removed()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), None);
        await SendAsync(sandbox, "1", "upsert", """{"key":1,"change":"added","fields":{"x":1}}""");
        await SendAsync(sandbox, "2", "remove", """{"key":1,"change":"removed","identifiers":{"email":"e"}}""");
        Assert.Equal((0L, 1L), (sandbox.Paths[0].Rows, sandbox.Paths[0].Removed));
        await SendAsync(sandbox, "3", "upsert", """{"key":1,"change":"added","fields":{"x":2}}""");
        Assert.Equal((1L, 0L), (sandbox.Paths[0].Rows, sandbox.Paths[0].Removed));
    }

    [Fact]
    public async Task Events_are_counted_by_key_and_a_repeat_of_an_id_is_not()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), None);
        const string Event = """{"key":"e","change":"added","fields":{}}""";
        await SendAsync(sandbox, "1", "append", Event);
        await SendAsync(sandbox, "1", "append", Event);
        await SendAsync(sandbox, "2", "append", Event);
        Assert.Equal(2, Assert.Single(sandbox.Webhook("p")!.Events).Count);
        Assert.Equal(1, sandbox.Paths[0].Repeats);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("""{"id":"1","operation":"upsert"}""")]
    [InlineData("""{"id":"1","operation":"merge","rows":[{"key":1,"change":"added","fields":{}}]}""")]
    [InlineData("""{"id":"2","operation":"upsert","rows":[{"key":1,"change":"added","fields":{}}]}""")]
    [InlineData("""{"id":"1","operation":"upsert","rows":[{"key":1,"fields":{}}]}""")]
    [InlineData("""{"id":"1","operation":"upsert","rows":[{"key":1,"change":"added","fields":[]}]}""")]
    [InlineData("""{"id":"1","operation":"upsert","rows":[{"key":1,"change":"added","fields":{}}],"extra":1}""")]
    [InlineData("""{"id":"1","operation":"upsert","rows":[{"key":1,"change":"added","fields":{}}""")]
    public async Task A_body_that_is_not_as_agreed_is_refused_and_changes_nothing(string body)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), None);
        using var answer = await PostAsync(sandbox, "1", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(sandbox.Paths);
    }

    [Fact]
    public async Task State_outlives_the_process()
    {
        await using (var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Folder = _folder }, None))
        {
            await SendAsync(sandbox, "1", "upsert", """{"key":"a","change":"added","fields":{"x":1}},{"key":"b","change":"added","fields":{"x":NL2}}""".Replace("NL", "\r\n", StringComparison.Ordinal));
            await SendAsync(sandbox, "2", "remove", """{"key":"a","change":"removed","identifiers":{"m":1}}""");
            sandbox.Script.Add(new() { Then = new() { RejectKeys = ["d"] } });
            await SendAsync(sandbox, "3", "append", """{"key":"c","change":"added","fields":{}},{"key":"d","change":"added","fields":{}}""");
        }

        await using (var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Folder = _folder }, None))
        {
            await SendAsync(sandbox, "1", "upsert", """{"key":"a","change":"added","fields":{"x":1}}""");
            var view = sandbox.Webhook("p")!;
            Assert.Equal("\"b\"", Assert.Single(view.Rows).Key);
            Assert.Equal("\"a\"", Assert.Single(view.Removed).Key);
            Assert.Equal("\"c\"", Assert.Single(view.Events).Key);
            Assert.Equal(1, view.Summary.Repeats);
            Assert.Equal(["1", "3", "2", "1"], sandbox.Requests().Select(request => request.Id));
        }
    }

    [Fact]
    public async Task A_line_cut_off_by_a_crash_is_dropped()
    {
        await using (var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Folder = _folder }, None))
            await SendAsync(sandbox, "1", "upsert", """{"key":"a","change":"added","fields":{}}""");
        var file = Assert.Single(Directory.GetFiles(_folder));
        await File.AppendAllTextAsync(file, """{"at":"2026-11-22T08:00:00Z","path":""" + new string('x', 5000), None);

        await using (var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Folder = _folder }, None))
            await SendAsync(sandbox, "2", "upsert", """{"key":"b","change":"added","fields":{}}""");

        Assert.All(await File.ReadAllLinesAsync(file, None), line => JsonDocument.Parse(line).Dispose());
        await using (var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Folder = _folder }, None))
            Assert.Equal(2, sandbox.Webhook("p")!.Rows.Count);
    }

    [Fact]
    public async Task Two_sandboxes_do_not_share_a_folder()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Folder = _folder }, None);
        var failure = await Assert.ThrowsAsync<IOException>(() => SandboxServer.StartAsync(new SandboxOptions { Folder = _folder }, None));
        Assert.Contains("another sandbox", failure.Message);
    }

    [Fact]
    public async Task Scripts_come_over_http_and_the_overview_and_rows_go_back()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), None);
        using var scripted = await _http.PostAsync(new Uri(sandbox.Url, "/_sandbox/script"),
            new StringContent("""{"path":"p","times":1,"then":{"status":429,"retryAfter":2,"disconnect":null}}"""), None);
        Assert.Equal(HttpStatusCode.NoContent, scripted.StatusCode);
        const string Row = """{"key":9007199254740993,"change":"added","fields":{"x":1.10}}""";
        using var throttled = await PostAsync(sandbox, "1", Body("1", "upsert", Row));
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(2)), (throttled.StatusCode, throttled.Headers.RetryAfter!.Delta));
        await SendAsync(sandbox, "1", "upsert", Row);

        Assert.Equal("""{"paths":[{"path":"p","rows":1,"removed":0,"events":0,"requests":2,"repeats":0}]}""", await GetAsync(sandbox, "/_sandbox"));
        Assert.Contains("""{"key":9007199254740993,"fields":{"x":1.10}}""", await GetAsync(sandbox, "/_sandbox/webhook/p"));
        using var requests = JsonDocument.Parse(await GetAsync(sandbox, "/_sandbox/requests?limit=1"));
        Assert.Equal(200, Assert.Single(requests.RootElement.GetProperty("requests").EnumerateArray()).GetProperty("status").GetInt32());

        using var reset = await _http.DeleteAsync(new Uri(sandbox.Url, "/_sandbox"), None);
        Assert.Equal("""{"paths":[]}""", await GetAsync(sandbox, "/_sandbox"));
    }

    [Theory]
    [InlineData("""{"then":{"statsu":429}}""")]
    [InlineData("""{"times":1}""")]
    [InlineData("""{"then":{"disconnect":"now"}}""")]
    [InlineData("nonsense")]
    public async Task A_script_with_a_slip_is_refused(string rule)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), None);
        using var answer = await _http.PostAsync(new Uri(sandbox.Url, "/_sandbox/script"), new StringContent(rule), None);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task The_page_shows_what_was_received_and_escapes_it()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), None);
        await SendAsync(sandbox, "1", "upsert", """{"key":"<b>k</b>","change":"added","fields":{"x":"<script>alert(1)</script>"}}""");
        var page = await GetAsync(sandbox, "/");
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page);
        Assert.Contains("&lt;b&gt;k&lt;/b&gt;", page);
        Assert.DoesNotContain("<script", page);
    }

    [Fact]
    public async Task Another_host_name_is_not_served()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), None);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(sandbox.Url, "/_sandbox"));
        request.Headers.Host = "evil.example";
        using var answer = await _http.SendAsync(request, None);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
    }

    private static string Body(string id, string operation, string rows) =>
        $$"""{"id":"{{id}}","sync":"s","model":"m","operation":"{{operation}}","rows":[{{rows}}]}""";

    private async Task SendAsync(SandboxServer sandbox, string id, string operation, string rows)
    {
        using var answer = await PostAsync(sandbox, id, Body(id, operation, rows));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(None));
    }

    private async Task<HttpResponseMessage> PostAsync(SandboxServer sandbox, string id, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(sandbox.Url, "/webhook/p"));
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", "1795334400");
        return await _http.SendAsync(request, None);
    }

    private Task<string> GetAsync(SandboxServer sandbox, string path) => _http.GetStringAsync(new Uri(sandbox.Url, path), None);
}
