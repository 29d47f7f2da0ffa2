using System.Text.Json;
using ReverseEtl.Conformance;
using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.Tests.Sandbox;

public sealed class BrazeSandboxTests
{
    [Fact]
    public async Task Attributes_make_users_change_them_and_null_takes_one_off()
    {
        await using var braze = await VendorSandbox.StartAsync("braze");
        var made = await braze.PostAsync("users/track", """{"attributes":[{"external_id":"1","email":"a@x.org","plan":"pro","age":7},{"email":"b@x.org","plan":"free"}]}""");
        Assert.Equal((201, """{"message":"success","attributes_processed":2}"""), (made.Code, made.Text));
        await braze.PostAsync("users/track", """{"attributes":[{"external_id":"1","plan":null,"age":{"inc":2},"tags":["a","b"]},{"external_id":"1","tags":{"add":["c"],"remove":["a"]}}]}""");
        var user = Assert.Single(braze.Holding("users").Records, record => record.GetValueOrDefault("external_id") == "1");
        Assert.Equal(("a@x.org", null, "9", """["b","c"]"""), (user["email"], user["plan"], user["age"], user["tags"]));
        Assert.Equal(["free", "null"], braze.Values("users", "plan"));
    }

    [Fact]
    public async Task Users_are_made_only_where_that_is_wanted()
    {
        await using var braze = await VendorSandbox.StartAsync("braze");
        const string Alias = """ "user_alias":{"alias_name":"n","alias_label":"l"} """;
        await braze.PostAsync("users/track", $$"""{"attributes":[{"external_id":"1","_update_existing_only":true,"a":1},{{{Alias}},"a":1},{"braze_id":"nobody","a":1}]}""");
        Assert.Empty(braze.Holdings);
        await braze.PostAsync("users/track", $$"""{"attributes":[{{{Alias}},"_update_existing_only":false,"a":1}]}""");
        await braze.PostAsync("users/track", $$"""{"attributes":[{{{Alias}},"a":2}]}""");
        Assert.Equal(["2"], braze.Values("users", "a"));
    }

    [Fact]
    public async Task Bad_objects_are_told_by_array_and_place_and_the_rest_is_applied()
    {
        await using var braze = await VendorSandbox.StartAsync("braze");
        var reply = await braze.PostAsync("users/track", """
            {"attributes":[{"external_id":"1"},{"plan":"x"},{"external_id":"2","email":"nonsense"},{"external_id":"3","gender":"?"}],
             "events":[{"external_id":"1","name":"e","time":"2026-11-22T08:00:00Z"},{"external_id":"1","name":"e"},{"external_id":"1","name":"e","time":"2026-11-22T08:00:00Z","properties":{"time":1}}],
             "purchases":[{"external_id":"1","product_id":"p","currency":"EUR","price":"1","time":"2026-11-22T08:00:00Z"}]}
            """);
        Assert.Equal(201, reply.Code);
        Assert.Equal((1, 1, 0), (reply.Json.GetProperty("attributes_processed").GetInt32(), reply.Json.GetProperty("events_processed").GetInt32(), reply.Json.GetProperty("purchases_processed").GetInt32()));
        Assert.Equal(
            ["attributes 1", "attributes 2", "attributes 3", "events 1", "events 2", "purchases 0"],
            reply.Json.GetProperty("errors").EnumerateArray().Select(error => $"{error.GetProperty("input_array")} {error.GetProperty("index")}"));
        var none = await braze.PostAsync("users/track", """{"attributes":[{"plan":"x"}]}""");
        Assert.Equal((400, "attributes"), (none.Code, none.Json.GetProperty("errors")[0].GetProperty("input_array").GetString()));
        Assert.Equal(400, (await braze.PostAsync("users/track", "{}")).Code);
        Assert.Equal(400, (await braze.PostAsync("users/track", """{"attributes":{}}""")).Code);
    }

    [Fact]
    public async Task Seventy_five_objects_go_into_a_request_whatever_they_are()
    {
        await using var braze = await VendorSandbox.StartAsync("braze");
        string Body(int attributes, int events) => JsonSerializer.Serialize(new
        {
            attributes = Enumerable.Range(0, attributes).Select(number => new { external_id = $"{number}", a = 1 }),
            events = Enumerable.Range(0, events).Select(number => new { external_id = $"{number}", name = "e", time = "2026-11-22T08:00:00Z" }),
        });
        Assert.Equal(201, (await braze.PostAsync("users/track", Body(40, 35))).Code);
        Assert.Equal(400, (await braze.PostAsync("users/track", Body(40, 36))).Code);
    }

    [Fact]
    public async Task Events_are_held_as_often_as_they_were_sent_and_everything_costs_a_data_point()
    {
        await using var braze = await VendorSandbox.StartAsync("braze");
        const string Body = """{"attributes":[{"external_id":"1","a":1,"b":2}],"events":[{"external_id":"1","name":"bought","time":"2026-11-22T08:00:00Z","properties":{"total":5}}]}""";
        await braze.PostAsync("users/track", Body);
        await braze.PostAsync("users/track", Body);
        Assert.Equal(["5", "5"], braze.Values("events", "total"));
        var held = braze.Holding("events").Records[0];
        Assert.Equal(("bought", "1", "2026-11-22T08:00:00Z"), (held["event"], held["external_id"], held["time"]));
        Assert.Equal(["attributes 4", "events 2"], braze.Holding("data_points").Records.Select(record => $"{record["kind"]} {record["count"]}"));
        Assert.Equal("bought", (await braze.GetAsync("events/list")).Json.GetProperty("events")[0].GetString());
    }

    [Fact]
    public async Task Subscription_groups_know_users_and_addresses()
    {
        await using var braze = await VendorSandbox.StartAsync("braze");
        await braze.PostAsync("users/track", """{"attributes":[{"external_id":"1","email":"a@x.org"},{"external_id":"2","subscription_groups":[{"subscription_group_id":"g","subscription_state":"subscribed"}]}]}""");
        Assert.Equal((201, """{"message":"success"}"""), Text(await braze.PostAsync("subscription/status/set", """{"subscription_group_id":"g","subscription_state":"unsubscribed","external_id":["1","nobody"]}""")));
        Assert.Equal(201, (await braze.PostAsync("v2/subscription/status/set", """{"subscription_groups":[{"subscription_group_id":"g","subscription_state":"subscribed","emails":["new@x.org"]},{"subscription_group_id":"h","subscription_state":"subscribed","external_ids":["1"]}]}""")).Code);
        Assert.Equal(
            ["1 unsubscribed", "2 subscribed", "new@x.org subscribed"],
            braze.Holding("g").Records.Select(member => $"{member.GetValueOrDefault("external_id") ?? member["email"]} {member["subscription_state"]}").Order());
        Assert.Equal(["1"], braze.Values("h", "external_id"));
        Assert.Equal("""{"1":"Unsubscribed","9":"Unknown"}""", (await braze.GetAsync("subscription/status/get?subscription_group_id=g&external_id=1&external_id=9")).Json.GetProperty("status").GetRawText());
    }

    [Theory]
    [InlineData("""{"subscription_group_id":"404x","subscription_state":"subscribed","external_id":["1"]}""")]
    [InlineData("""{"subscription_group_id":"g","subscription_state":"opted_in","external_id":["1"]}""")]
    [InlineData("""{"subscription_group_id":"g","subscription_state":"subscribed"}""")]
    [InlineData("""{"subscription_group_id":"g","subscription_state":"subscribed","phone":["0451"]}""")]
    [InlineData("""{"subscription_group_id":"g","subscription_state":"subscribed","phone":["+45123"],"email":["a@x.org"]}""")]
    public async Task Subscriptions_that_make_no_sense_are_refused(string body)
    {
        await using var braze = await VendorSandbox.StartAsync("braze");
        Assert.Equal(400, (await braze.PostAsync("subscription/status/set", body)).Code);
        Assert.Equal(400, (await braze.PostAsync("subscription/status/set", JsonSerializer.Serialize(new { subscription_group_id = "g", subscription_state = "subscribed", external_id = Enumerable.Repeat("1", 51) }))).Code);
    }

    [Fact]
    public async Task Users_are_deleted_and_exported()
    {
        await using var braze = await VendorSandbox.StartAsync("braze");
        await braze.PostAsync("users/track", """{"attributes":[{"external_id":"1","email":"a@x.org","plan":"pro"},{"external_id":"2"},{"email":"c@x.org"}]}""");
        var exported = (await braze.PostAsync("users/export/ids", """{"external_ids":["1","9"]}""")).Json;
        Assert.Equal(("a@x.org", "pro", "9"), (exported.GetProperty("users")[0].GetProperty("email").GetString(), exported.GetProperty("users")[0].GetProperty("custom_attributes").GetProperty("plan").GetString(), exported.GetProperty("invalid_user_ids")[0].GetString()));
        Assert.Equal("""{"deleted":2,"message":"success"}""", (await braze.PostAsync("users/delete", """{"external_ids":["1","9"]}""")).Text);
        Assert.Equal(201, (await braze.PostAsync("users/delete", """{"email_addresses":[{"email":"C@x.org","prioritization":["most_recently_updated"]}]}""")).Code);
        Assert.Equal(["2"], braze.Values("users", "external_id"));
        Assert.Equal(400, (await braze.PostAsync("users/delete", """{"external_ids":["1"],"braze_ids":["2"]}""")).Code);
        Assert.Equal(400, (await braze.PostAsync("users/delete", JsonSerializer.Serialize(new { external_ids = Enumerable.Repeat("1", 51) }))).Code);
    }

    [Fact]
    public async Task Throttling_tells_the_time_of_the_reset_and_refused_rows_their_place()
    {
        var time = new ManualTime();
        await using var braze = await VendorSandbox.StartAsync("braze", time: time);
        Assert.Equal("2999", (await braze.PostAsync("users/track", """{"attributes":[{"external_id":"1"}]}""")).Header("X-RateLimit-Remaining"));
        braze.Script(new() { Trouble = VendorTrouble.Throttled, RetryAfter = 9 });
        var throttled = await braze.PostAsync("users/track", """{"attributes":[{"external_id":"1"}]}""");
        Assert.Equal((429, "0", $"{time.GetUtcNow().ToUnixTimeSeconds() + 9}"), (throttled.Code, throttled.Header("X-RateLimit-Remaining"), throttled.Header("X-RateLimit-Reset")));
        braze.Script(new() { RejectKeys = ["2"], Message = "no" });
        Assert.Equal(
            """{"message":"success","attributes_processed":1,"errors":[{"type":"no","input_array":"attributes","index":1}]}""",
            (await braze.PostAsync("users/track", """{"attributes":[{"external_id":"1"},{"external_id":"2"}]}""")).Text);
    }

    [Fact]
    public async Task Keys_and_media_types_are_checked()
    {
        await using var braze = await VendorSandbox.StartAsync("braze");
        Assert.Equal(415, (await braze.FormAsync(HttpMethod.Post, "users/track", ("a", "b"))).Code);
        Assert.Equal(400, (await braze.PostAsync("users/track", "[]")).Code);
        Assert.Equal(404, (await braze.GetAsync("users/list")).Code);
        foreach (var wrong in new[] { null, "Bearer bad", "Basic x" })
        {
            braze.Authorization = wrong;
            Assert.Equal(401, (await braze.PostAsync("users/track", """{"attributes":[{"external_id":"1"}]}""")).Code);
        }
    }

    private static (int Code, string Text) Text(Reply reply) => (reply.Code, reply.Text);
}
