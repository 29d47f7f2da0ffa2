using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.Tests.Sandbox;

public sealed class MetaSandboxTests
{
    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public async Task An_audience_is_made_found_by_name_and_looked_at()
    {
        await using var meta = await VendorSandbox.StartAsync("meta-audiences");
        var vip = await CreateAsync(meta, "VIP");
        for (var other = 0; other < 30; other++)
            await CreateAsync(meta, $"other {other}");

        var found = await meta.GetAsync("""v25.0/act_1/customaudiences?fields=id,name&filtering=[{"field":"name","operator":"EQUAL","value":"VIP"}]""");
        Assert.Equal($$"""{"name":"VIP","id":"{{vip}}"}""".Length, Assert.Single(found.Json.GetProperty("data").EnumerateArray()).GetRawText().Length);
        var first = await meta.GetAsync("v25.0/act_1/customaudiences?fields=id,name&limit=20");
        Assert.Equal(20, first.Json.GetProperty("data").GetArrayLength());
        var rest = await meta.GetAsync($"v25.0/act_1/customaudiences{new Uri(first.Json.GetProperty("paging").GetProperty("next").GetString()!).Query}");
        Assert.Equal(11, rest.Json.GetProperty("data").GetArrayLength());
        Assert.False(rest.Json.GetProperty("paging").TryGetProperty("next", out _));
        Assert.Equal(0, (await meta.GetAsync("v25.0/act_2/customaudiences")).Json.GetProperty("data").GetArrayLength());

        var audience = await meta.GetAsync($"v25.0/{vip}?fields=name,operation_status,approximate_count_lower_bound");
        Assert.Equal(("VIP", 200), (audience.Json.GetProperty("name").GetString(), audience.Json.GetProperty("operation_status").GetProperty("code").GetInt32()));
        Assert.Equal((400, 100), ErrorOf(await meta.GetAsync($"v25.0/{vip}?fields=nonsense")));
        Assert.Equal((400, 100), ErrorOf(await meta.GetAsync("v25.0/99")));
    }

    [Theory]
    [InlineData("""{"subtype":"CUSTOM","customer_file_source":"USER_PROVIDED_ONLY"}""")]
    [InlineData("""{"name":"a","customer_file_source":"USER_PROVIDED_ONLY"}""")]
    [InlineData("""{"name":"a","subtype":"CUSTOM"}""")]
    public async Task An_audience_that_is_not_described_in_full_is_not_made(string body)
    {
        await using var meta = await VendorSandbox.StartAsync("meta-audiences");
        Assert.Equal((400, 100), ErrorOf(await meta.PostAsync("v25.0/act_1/customaudiences", body)));
        Assert.Empty(meta.Holdings);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Users_are_added_and_removed_as_a_form_or_as_json(bool form)
    {
        await using var meta = await VendorSandbox.StartAsync("meta-audiences");
        var vip = await CreateAsync(meta, "VIP");
        Task<Reply> Send(HttpMethod method, string payload) => form
            ? meta.FormAsync(method, $"v25.0/{vip}/users", ("payload", payload))
            : meta.SendAsync(method, $"v25.0/{vip}/users", VendorSandbox.Json($$"""{"payload":{{payload}}}"""));

        var added = await Send(HttpMethod.Post, Payload(["1", Hash("a@x.org")], ["2", Hash("b@x.org")], ["3", "plain@x.org"], ["4", Hash("c").ToUpperInvariant()]));
        Assert.Equal((200, 4, 2), (added.Code, added.Json.GetProperty("num_received").GetInt32(), added.Json.GetProperty("num_invalid_entries").GetInt32()));
        Assert.Equal(vip, added.Json.GetProperty("audience_id").GetString());
        Assert.Contains("plain@x.org", added.Json.GetProperty("invalid_entry_samples").GetRawText());
        Assert.Equal(["1", "2"], meta.Values("VIP", "EXTERN_ID"));

        await Send(HttpMethod.Delete, Payload(["1", Hash("a@x.org")]));
        Assert.Equal(["2"], meta.Values("VIP", "EXTERN_ID"));
    }

    [Fact]
    public async Task A_changed_email_is_a_second_user_until_the_first_is_removed()
    {
        await using var meta = await VendorSandbox.StartAsync("meta-audiences");
        var users = $"v25.0/{await CreateAsync(meta, "VIP")}/users";
        await meta.FormAsync(HttpMethod.Post, users, ("payload", Payload(["1", Hash("old")])));
        await meta.FormAsync(HttpMethod.Post, users, ("payload", Payload(["1", Hash("new")])));
        Assert.Equal(2, meta.Holding("VIP").Count);
        await meta.FormAsync(HttpMethod.Delete, users, ("payload", Payload(["1", Hash("old")])));
        Assert.Equal([Hash("new")], meta.Values("VIP", "EMAIL"));
        await meta.FormAsync(HttpMethod.Delete, users, ("payload", $$"""{"schema":"EMAIL","data":["{{Hash("new")}}"]}"""));
        Assert.Equal(0, meta.Holding("VIP").Count);
    }

    [Fact]
    public async Task Requests_beyond_the_limits_or_to_audiences_that_cannot_be_changed_are_refused()
    {
        await using var meta = await VendorSandbox.StartAsync("meta-audiences");
        var vip = await CreateAsync(meta, "VIP");
        var many = JsonSerializer.Serialize(new { schema = "EXTERN_ID", data = Enumerable.Range(0, 10_001) });
        Assert.Equal((400, 100), ErrorOf(await meta.FormAsync(HttpMethod.Post, $"v25.0/{vip}/users", ("payload", many))));
        Assert.Equal((400, 100), ErrorOf(await meta.FormAsync(HttpMethod.Post, $"v25.0/{vip}/users", ("payload", """{"schema":["NAME"],"data":[["x"]]}"""))));
        Assert.Equal((400, 100), ErrorOf(await meta.FormAsync(HttpMethod.Post, $"v25.0/{vip}/users")));
        var flagged = await CreateAsync(meta, "flagged ones");
        Assert.Equal(1713230, SubcodeOf(await meta.FormAsync(HttpMethod.Post, $"v25.0/{flagged}/users", ("payload", Payload(["1", ""])))));
        await meta.SendAsync(HttpMethod.Delete, $"v25.0/{vip}", null);
        Assert.Equal(1487366, SubcodeOf(await meta.FormAsync(HttpMethod.Post, $"v25.0/{vip}/users", ("payload", Payload(["1", ""])))));
        Assert.Equal("flagged ones", Assert.Single(meta.Holdings).Name);
    }

    [Fact]
    public async Task Users_are_replaced_with_the_last_batch_of_a_session()
    {
        await using var meta = await VendorSandbox.StartAsync("meta-audiences");
        var vip = await CreateAsync(meta, "VIP");
        await meta.FormAsync(HttpMethod.Post, $"v25.0/{vip}/users", ("payload", Payload(["old", ""])));
        Task<Reply> Replace(int seq, bool last, string id) => meta.FormAsync(HttpMethod.Post, $"v25.0/{vip}/usersreplace",
            ("session", $$"""{"session_id":77,"batch_seq":{{seq}},"last_batch_flag":{{(last ? "true" : "false")}}}"""), ("payload", Payload([id, ""])));
        Assert.Equal(200, (await Replace(1, false, "a")).Code);
        Assert.Equal(["old"], meta.Values("VIP", "EXTERN_ID"));
        await Replace(2, true, "b");
        Assert.Equal(["a", "b"], meta.Values("VIP", "EXTERN_ID"));

        async Task<string?> StageAsync() =>
            (await meta.GetAsync($"v25.0/{vip}/sessions?session_id=77")).Json.GetProperty("data")[0].GetProperty("stage").GetString();
        Assert.Equal(("processing", "done"), (await StageAsync(), await StageAsync()));
        Assert.Equal((400, 100), ErrorOf(await meta.FormAsync(HttpMethod.Post, $"v25.0/{vip}/usersreplace", ("payload", Payload(["a", ""])))));
    }

    [Fact]
    public async Task A_session_that_replaces_begins_with_one_takes_a_number_once_and_ends()
    {
        await using var meta = await VendorSandbox.StartAsync("meta-audiences");
        var vip = await CreateAsync(meta, "VIP");
        await meta.FormAsync(HttpMethod.Post, $"v25.0/{vip}/users", ("payload", Payload(["old", ""])));
        Task<Reply> Replace(int session, int seq, bool last, string id) => meta.FormAsync(HttpMethod.Post, $"v25.0/{vip}/usersreplace",
            ("session", $$"""{"session_id":{{session}},"batch_seq":{{seq}},"last_batch_flag":{{(last ? "true" : "false")}}}"""), ("payload", Payload([id, ""])));

        Assert.Equal(1870147, SubcodeOf(await Replace(1, 2, true, "b")));
        Assert.Equal(["old"], meta.Values("VIP", "EXTERN_ID"));
        Assert.Equal(200, (await Replace(1, 1, false, "a")).Code);
        Assert.Equal(200, (await Replace(1, 1, false, "another")).Code);
        Assert.Equal("1", (await meta.GetAsync($"v25.0/{vip}/sessions?session_id=1")).Json.GetProperty("data")[0].GetProperty("num_received").GetString());
        Assert.Equal(200, (await Replace(1, 2, true, "b")).Code);
        Assert.Equal(["a", "b"], meta.Values("VIP", "EXTERN_ID"));
        Assert.Equal((400, 100), ErrorOf(await Replace(1, 3, true, "c")));
        Assert.Equal(["a", "b"], meta.Values("VIP", "EXTERN_ID"));
    }

    [Fact]
    public async Task The_token_comes_in_three_ways_and_is_checked()
    {
        await using var meta = await VendorSandbox.StartAsync("meta-audiences");
        meta.Authorization = null;
        Assert.Equal((400, 104), ErrorOf(await meta.GetAsync("v25.0/me")));
        Assert.Equal((400, 190), ErrorOf(await meta.GetAsync("v25.0/me?access_token=bad")));
        Assert.Equal(200, (await meta.GetAsync("v25.0/me?access_token=good")).Code);
        Assert.Equal(200, (await meta.FormAsync(HttpMethod.Post, "v25.0/act_1/customaudiences",
            ("access_token", "good"), ("name", "a"), ("subtype", "CUSTOM"), ("customer_file_source", "USER_PROVIDED_ONLY"))).Code);
    }

    [Fact]
    public async Task Trouble_is_told_by_codes()
    {
        await using var meta = await VendorSandbox.StartAsync("meta-audiences");
        var users = $"v25.0/{await CreateAsync(meta, "VIP")}/users";
        async Task<Reply> With(VendorTrouble trouble)
        {
            meta.Script(new() { Trouble = trouble, RetryAfter = 90 });
            return await meta.FormAsync(HttpMethod.Post, users, ("payload", Payload(["1", ""])));
        }

        var throttled = await With(VendorTrouble.Throttled);
        Assert.Equal((400, 17, 2446079), (throttled.Code, ErrorOf(throttled).Code, SubcodeOf(throttled)));
        Assert.Contains("\"estimated_time_to_regain_access\":2", throttled.Header("X-Business-Use-Case-Usage"));
        Assert.Equal((500, 2), ErrorOf(await With(VendorTrouble.Broken)));
        Assert.Equal((400, 190), ErrorOf(await With(VendorTrouble.Credentials)));
        Assert.Equal((400, 2655), ErrorOf(await With(VendorTrouble.Forbidden)));
        Assert.Equal(1487366, SubcodeOf(await With(VendorTrouble.Missing)));

        meta.Script(new() { RejectKeys = ["b@x.org"] });
        var partial = await meta.FormAsync(HttpMethod.Post, users, ("payload", Payload(["1", Hash("a@x.org")], ["2", Hash("b@x.org")])));
        Assert.Equal(1, partial.Json.GetProperty("num_invalid_entries").GetInt32());
        Assert.Equal(["1"], meta.Values("VIP", "EXTERN_ID"));
    }

    private static async Task<string> CreateAsync(VendorSandbox meta, string name)
    {
        var reply = await meta.PostAsync("v25.0/act_1/customaudiences",
            JsonSerializer.Serialize(new { name, subtype = "CUSTOM", customer_file_source = "USER_PROVIDED_ONLY" }));
        return reply.Json.GetProperty("id").GetString()!;
    }

    private static string Payload(params string[][] rows) => JsonSerializer.Serialize(new { schema = new[] { "EXTERN_ID", "EMAIL" }, data = rows });

    private static (int Status, int Code) ErrorOf(Reply reply) => (reply.Code, reply.Json.GetProperty("error").GetProperty("code").GetInt32());

    private static int SubcodeOf(Reply reply) => reply.Json.GetProperty("error").GetProperty("error_subcode").GetInt32();
}
