using System.Net.Http.Headers;
using System.Text.Json;
using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.Tests.Sandbox;

public sealed class KlaviyoSandboxTests
{
    [Fact]
    public async Task An_import_is_queued_worked_on_and_complete_and_names_the_rows_it_refused()
    {
        await using var klaviyo = await StartAsync();
        var job = await ImportAsync(klaviyo,
            """{"email":"a@x.org","first_name":"Ann","properties":{"plan":"gold","n":7},"location":{"city":"Rome"}}""", """{"email":"nonsense"}""", """{"first_name":"nobody"}""");
        Assert.Equal((202, "queued"), (job.Code, Status(job)));
        var path = $"api/profile-bulk-import-jobs/{job.Json.GetProperty("data").GetProperty("id").GetString()}";
        Assert.Equal(("processing", "complete"), (Status(await klaviyo.GetAsync(path)), Status(await klaviyo.GetAsync(path))));
        var counts = (await klaviyo.GetAsync(path)).Json.GetProperty("data").GetProperty("attributes");
        Assert.Equal((3, 1, 2), (counts.GetProperty("total_count").GetInt32(), counts.GetProperty("completed_count").GetInt32(), counts.GetProperty("failed_count").GetInt32()));

        var errors = (await klaviyo.GetAsync($"{path}/import-errors")).Json.GetProperty("data").EnumerateArray().Select(error => error.GetProperty("attributes")).ToList();
        Assert.Equal(["/data/attributes/profiles/data/1/attributes/email", "/data/attributes/profiles/data/2/attributes"], errors.Select(error => error.GetProperty("source").GetProperty("pointer").GetString()));
        Assert.Equal("nonsense", errors[0].GetProperty("original_payload").GetProperty("attributes").GetProperty("email").GetString());
        var profile = Assert.Single(klaviyo.Holding("profiles").Records);
        Assert.Equal(("a@x.org", "Ann", "gold", "7", "Rome"), (profile["email"], profile["first_name"], profile["properties.plan"], profile["properties.n"], profile["location.city"]));
    }

    [Fact]
    public async Task A_profile_is_found_by_any_identifier_and_null_clears()
    {
        await using var klaviyo = await StartAsync();
        await ImportAsync(klaviyo, """{"external_id":"1","email":"a@x.org","first_name":"Ann","properties":{"plan":"gold"}}""");
        await ImportAsync(klaviyo, """{"email":"A@X.org","phone_number":"+4512345678"}""", """{"external_id":"1","first_name":null,"properties":{"plan":null}}""");
        var profile = Assert.Single(klaviyo.Holding("profiles").Records);
        Assert.Equal(("A@X.org", "+4512345678", null, null), (profile["email"], profile["phone_number"], profile["first_name"], profile["properties.plan"]));
        await ImportAsync(klaviyo, """{"external_id":"2"}""", """{"external_id":"2","email":"a@x.org"}""");
        Assert.Equal(["1", "2"], klaviyo.Values("profiles", "external_id"));
    }

    [Theory]
    [InlineData("""{"email":5}""", "email")]
    [InlineData("""{"plan":"x"}""", "plan")]
    [InlineData("""{"location":{"town":"x"}}""", "location/town")]
    [InlineData("""{"properties":[]}""", "properties")]
    public async Task A_form_that_is_wrong_refuses_the_whole_request(string attributes, string pointer)
    {
        await using var klaviyo = await StartAsync();
        var reply = await ImportAsync(klaviyo, """{"email":"a@x.org"}""", attributes);
        Assert.Equal((400, $"/data/attributes/profiles/data/1/attributes/{pointer}"), (reply.Code, Error(reply).GetProperty("source").GetProperty("pointer").GetString()));
        Assert.Empty(klaviyo.Holdings);
    }

    [Fact]
    public async Task Revision_media_type_key_and_sizes_are_checked()
    {
        await using var klaviyo = await StartAsync();
        Assert.Equal(415, (await klaviyo.PostAsync("api/lists", """{"data":{"type":"list","attributes":{"name":"VIP"}}}""")).Code);
        Assert.Equal(400, (await ImportAsync(klaviyo, [.. Enumerable.Repeat("""{"email":"a@x.org"}""", 10_001)])).Code);
        Assert.Equal(400, (await ImportAsync(klaviyo, $$$"""{"email":"a@x.org","properties":{"a":"{{{new string('x', 103_000)}}}"}}""")).Code);
        Assert.Equal(413, (await ImportAsync(klaviyo, [.. Enumerable.Repeat($$$"""{"email":"a@x.org","properties":{"a":"{{{new string('x', 60_000)}}}"}}""", 90)])).Code);
        Assert.Equal(404, (await PostAsync(klaviyo, "profile-bulk-import-jobs", """{"type":"profile-bulk-import-job","attributes":{"profiles":{"data":[{"type":"profile","attributes":{"email":"a@x.org"}}]}},"relationships":{"lists":{"data":[{"type":"list","id":"L9"}]}}}""")).Code);
        Assert.Equal("10, 10;w=1, 150;w=60", (await klaviyo.GetAsync("api/lists")).Header("RateLimit-Limit"));
        klaviyo.Headers.Clear();
        Assert.Equal(400, (await klaviyo.GetAsync("api/lists")).Code);
        klaviyo.Authorization = "Klaviyo-API-Key bad";
        Assert.Equal((401, "not_authenticated"), ((await klaviyo.GetAsync("api/lists")).Code, Error(await klaviyo.GetAsync("api/lists")).GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Profiles_are_looked_up_page_by_page()
    {
        await using var klaviyo = await StartAsync();
        await ImportAsync(klaviyo, [.. Enumerable.Range(1, 5).Select(id => $$"""{"email":"u{{id}}@x.org","external_id":"{{id}}"}""")]);
        var filter = Uri.EscapeDataString("""any(email,["u1@x.org","U3@x.org","u4@x.org","no@x.org"])""");
        var first = await klaviyo.GetAsync($"api/profiles?filter={filter}&page%5Bsize%5D=2&fields%5Bprofile%5D=email");
        Assert.Equal(["u1@x.org", "u3@x.org"], Emails(first));
        Assert.False(first.Json.GetProperty("data")[0].GetProperty("attributes").TryGetProperty("external_id", out _));
        var next = first.Json.GetProperty("links").GetProperty("next").GetString()!;
        var second = await klaviyo.GetAsync(next[(next.IndexOf("/api/", StringComparison.Ordinal) + 1)..]);
        Assert.Equal(["u4@x.org"], Emails(second));
        Assert.Equal(JsonValueKind.Null, second.Json.GetProperty("links").GetProperty("next").ValueKind);
        Assert.Equal(["u2@x.org"], Emails(await klaviyo.GetAsync("api/profiles?filter=equals(external_id,'2')")));
        Assert.Equal(400, (await klaviyo.GetAsync("api/profiles?filter=contains(email,%22x%22)")).Code);
        Assert.Equal(400, (await klaviyo.GetAsync("api/profiles?page%5Bsize%5D=101")).Code);
    }

    [Fact]
    public async Task Single_profiles_are_made_imported_patched_and_forgotten()
    {
        await using var klaviyo = await StartAsync();
        const string Ann = """{"type":"profile","attributes":{"email":"a@x.org"}}""";
        var made = await PostAsync(klaviyo, "profiles", Ann);
        var id = made.Json.GetProperty("data").GetProperty("id").GetString();
        Assert.Equal((201, 409, 200), (made.Code, (await PostAsync(klaviyo, "profiles", Ann)).Code, (await PostAsync(klaviyo, "profile-import", Ann)).Code));
        var patch = $$$"""{"type":"profile","id":"{{{id}}}","attributes":{"title":"Dr"}}""";
        Assert.Equal(200, (await SendAsync(klaviyo, HttpMethod.Patch, $"profiles/{id}", patch)).Code);
        Assert.Equal(["Dr"], klaviyo.Values("profiles", "title"));
        Assert.Equal(400, (await PostAsync(klaviyo, "data-privacy-deletion-jobs", $$$$$$"""{"type":"data-privacy-deletion-job","attributes":{"profile":{"data":{"type":"profile","id":"{{{{{{id}}}}}}","attributes":{"email":"a@x.org"}}}}}""")).Code);
        Assert.Equal(202, (await PostAsync(klaviyo, "data-privacy-deletion-jobs", """{"type":"data-privacy-deletion-job","attributes":{"profile":{"data":{"type":"profile","attributes":{"email":"a@x.org"}}}}}""")).Code);
        Assert.Empty(klaviyo.Holdings);
    }

    [Fact]
    public async Task Lists_take_profiles_by_their_ids()
    {
        await using var klaviyo = await StartAsync();
        var list = await ListAsync(klaviyo, "VIP");
        await ImportAsync(klaviyo, """{"email":"a@x.org"}""", """{"email":"b@x.org"}""");
        var ids = klaviyo.Holding("profiles").Records.Select(profile => profile["id"]).ToArray();
        var members = $$"""[{"type":"profile","id":"{{ids[0]}}"},{"type":"profile","id":"{{ids[1]}}"}]""";
        Assert.Equal(204, (await PostAsync(klaviyo, $"lists/{list}/relationships/profiles", members)).Code);
        Assert.Equal(204, (await SendAsync(klaviyo, HttpMethod.Delete, $"lists/{list}/relationships/profiles", $$"""[{"type":"profile","id":"{{ids[1]}}"}]""")).Code);
        Assert.Equal(["a@x.org"], klaviyo.Values("VIP", "email"));
        Assert.Equal(["a@x.org"], Emails(await klaviyo.GetAsync($"api/lists/{list}/profiles")));
        Assert.Equal(404, (await PostAsync(klaviyo, $"lists/{list}/relationships/profiles", """[{"type":"profile","id":"01K0"}]""")).Code);
        Assert.Equal(400, (await PostAsync(klaviyo, $"lists/{list}/relationships/profiles", JsonSerializer.Serialize(Enumerable.Repeat(new { type = "profile", id = ids[0] }, 1001)))).Code);
        Assert.Equal(list, (await klaviyo.GetAsync("api/lists?filter=equals(name,%22VIP%22)")).Json.GetProperty("data")[0].GetProperty("id").GetString());
        Assert.Equal(0, (await klaviyo.GetAsync("api/lists?filter=equals(name,%22vip%22)")).Json.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Unsubscribing_reaches_everywhere_unless_one_is_on_the_list()
    {
        await using var klaviyo = await StartAsync();
        var list = await ListAsync(klaviyo, "News");
        Assert.Equal(202, (await ConsentAsync(klaviyo, "create", "SUBSCRIBED", list, "on@x.org")).Code);
        Assert.Equal(202, (await ConsentAsync(klaviyo, "create", "SUBSCRIBED", null, "off@x.org")).Code);
        Assert.Equal(["on@x.org"], klaviyo.Values("News", "email"));
        Assert.Equal(202, (await ConsentAsync(klaviyo, "delete", "UNSUBSCRIBED", list, "on@x.org", "off@x.org", "new@x.org")).Code);
        Assert.Equal(["new@x.org UNSUBSCRIBED", "off@x.org UNSUBSCRIBED", "on@x.org SUBSCRIBED"],
            klaviyo.Holding("profiles").Records.Select(profile => $"{profile["email"]} {profile["subscriptions.email.marketing.consent"]}").Order());
        Assert.Empty(klaviyo.Holding("News").Records);
        Assert.Equal(202, (await ConsentAsync(klaviyo, "delete", "UNSUBSCRIBED", null, "on@x.org")).Code);
        Assert.Equal(["UNSUBSCRIBED", "UNSUBSCRIBED", "UNSUBSCRIBED"], klaviyo.Values("profiles", "subscriptions.email.marketing.consent"));
    }

    [Fact]
    public async Task Consent_is_checked()
    {
        await using var klaviyo = await StartAsync();
        Assert.Equal(400, (await ConsentAsync(klaviyo, "create", "UNSUBSCRIBED", null, "a@x.org")).Code);
        Assert.Equal(400, (await ConsentAsync(klaviyo, "create", "SUBSCRIBED", null, "nonsense")).Code);
        Assert.Equal(404, (await ConsentAsync(klaviyo, "create", "SUBSCRIBED", "L9", "a@x.org")).Code);
        Assert.Equal(400, (await ConsentAsync(klaviyo, "delete", "UNSUBSCRIBED", null, [.. Enumerable.Range(0, 101).Select(id => $"u{id}@x.org")])).Code);
        Assert.Equal(400, (await PostAsync(klaviyo, "profile-subscription-bulk-create-jobs", Consent("create", null,
            """{"email":"a@x.org","subscriptions":{"sms":{"marketing":{"consent":"SUBSCRIBED"}}}}"""))).Code);
        Assert.Equal(400, (await PostAsync(klaviyo, "profile-subscription-bulk-create-jobs", Consent("create", null,
            """{"email":"a@x.org","subscriptions":{"email":{"marketing":{"consent":"SUBSCRIBED"}}}}""").Replace("\"profiles\"", "\"historical_import\":true,\"profiles\""))).Code);
        Assert.Empty(klaviyo.Holdings);
    }

    [Fact]
    public async Task Events_count_once_by_metric_profile_and_id()
    {
        await using var klaviyo = await StartAsync();
        const string Bought = """{"type":"event","attributes":{"properties":{"item":"tea"},"time":"2026-11-02T10:00:00Z","value":5,"unique_id":"1","metric":{"data":{"type":"metric","attributes":{"name":"Bought"}}}#}}""";
        const string Profile = ""","profile":{"data":{"type":"profile","attributes":{"email":"a@x.org"}}}""";
        var one = Bought.Replace("#", Profile);
        Assert.Equal((202, 202), ((await PostAsync(klaviyo, "events", one)).Code, (await PostAsync(klaviyo, "events", one.Replace("tea", "milk"))).Code));
        string Bulk(params string[] events) =>
            $$$$$$"""{"type":"event-bulk-create-job","attributes":{"events-bulk-create":{"data":[{"type":"event-bulk-create","attributes":{"profile":{"data":{"type":"profile","attributes":{"email":"a@x.org"}}},"events":{"data":[{{{{{{string.Join(",", events)}}}}}}]}}}]}}}""";
        var inner = Bought.Replace("#", "");
        Assert.Equal(202, (await PostAsync(klaviyo, "event-bulk-create-jobs", Bulk(inner, inner.Replace("\"1\"", "\"2\"")))).Code);
        Assert.Equal(400, (await PostAsync(klaviyo, "event-bulk-create-jobs", Bulk(inner, inner))).Code);
        Assert.Equal(400, (await PostAsync(klaviyo, "event-bulk-create-jobs", Bulk(inner.Replace("2026-11-02T10:00:00Z", "yesterday")))).Code);
        Assert.Equal(["1", "2"], klaviyo.Values("events", "unique_id"));
        Assert.Equal(["tea", "tea"], klaviyo.Values("events", "properties.item"));
        Assert.Equal(["a@x.org"], klaviyo.Values("profiles", "email"));
    }

    [Fact]
    public async Task Throttling_says_how_long_and_a_script_refuses_rows()
    {
        await using var klaviyo = await StartAsync();
        klaviyo.Script(new() { Trouble = VendorTrouble.Throttled, RetryAfter = 9 });
        var throttled = await ImportAsync(klaviyo, """{"email":"a@x.org"}""");
        Assert.Equal((429, "9", null), (throttled.Code, throttled.Header("Retry-After"), throttled.Header("RateLimit-Limit")));
        klaviyo.Script(new() { RejectKeys = ["b@x.org"], Message = "no" });
        var job = await ImportAsync(klaviyo, """{"email":"a@x.org"}""", """{"email":"b@x.org"}""");
        var errors = await klaviyo.GetAsync($"api/profile-bulk-import-jobs/{job.Json.GetProperty("data").GetProperty("id").GetString()}/import-errors");
        Assert.Equal("no", Assert.Single(errors.Json.GetProperty("data").EnumerateArray()).GetProperty("attributes").GetProperty("detail").GetString());
        Assert.Equal(["a@x.org"], klaviyo.Values("profiles", "email"));
    }

    private static async Task<VendorSandbox> StartAsync()
    {
        var klaviyo = await VendorSandbox.StartAsync("klaviyo");
        klaviyo.Authorization = "Klaviyo-API-Key pk_1";
        klaviyo.Headers["revision"] = "2026-07-15";
        return klaviyo;
    }

    private static Task<Reply> ImportAsync(VendorSandbox klaviyo, params string[] profiles) => PostAsync(klaviyo, "profile-bulk-import-jobs",
        $$$$$"""{"type":"profile-bulk-import-job","attributes":{"profiles":{"data":[{{{{{string.Join(",", profiles.Select(profile => $$"""{"type":"profile","attributes":{{profile}}}"""))}}}}}]}}}""");

    private static Task<Reply> ConsentAsync(VendorSandbox klaviyo, string verb, string consent, string? list, params string[] emails) =>
        PostAsync(klaviyo, $"profile-subscription-bulk-{verb}-jobs", Consent(verb, list,
            [.. emails.Select(email => $$$$$$"""{"email":"{{{{{{email}}}}}}","subscriptions":{"email":{"marketing":{"consent":"{{{{{{consent}}}}}}"}}}}""")]));

    private static string Consent(string verb, string? list, params string[] profiles)
    {
        var relationships = list is null ? "" : $$$$""","relationships":{"list":{"data":{"type":"list","id":"{{{{list}}}}"}}}""";
        return $$$"""{"type":"profile-subscription-bulk-{{{verb}}}-job","attributes":{"profiles":{"data":[{{{string.Join(",", profiles.Select(profile => $$"""{"type":"profile","attributes":{{profile}}}"""))}}}]}}{{{relationships}}}}""";
    }

    private static async Task<string> ListAsync(VendorSandbox klaviyo, string name) =>
        (await PostAsync(klaviyo, "lists", $$$"""{"type":"list","attributes":{"name":"{{{name}}}"}}""")).Json.GetProperty("data").GetProperty("id").GetString()!;

    private static Task<Reply> PostAsync(VendorSandbox klaviyo, string path, string data) => SendAsync(klaviyo, HttpMethod.Post, path, data);

    private static Task<Reply> SendAsync(VendorSandbox klaviyo, HttpMethod method, string path, string data)
    {
        var content = new StringContent($$"""{"data":{{data}}}""");
        content.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.api+json");
        return klaviyo.SendAsync(method, $"api/{path}", content);
    }

    private static string Status(Reply reply) => reply.Json.GetProperty("data").GetProperty("attributes").GetProperty("status").GetString()!;

    private static JsonElement Error(Reply reply) => reply.Json.GetProperty("errors")[0];

    private static string[] Emails(Reply reply) =>
        [.. reply.Json.GetProperty("data").EnumerateArray().Select(profile => profile.GetProperty("attributes").GetProperty("email").GetString()!)];
}
