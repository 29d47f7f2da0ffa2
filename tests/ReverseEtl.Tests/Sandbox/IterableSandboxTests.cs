using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.Tests.Sandbox;

public sealed class IterableSandboxTests
{
    [Fact]
    public async Task Users_are_written_and_those_that_cannot_be_are_named_by_their_key()
    {
        await using var iterable = await StartAsync();
        var reply = await UsersAsync(iterable, """{"email":"a@x.org","userId":"1","dataFields":{"name":"Ann"}}""", """{"email":"nonsense"}""", """{"userId":"2"}""", """{"email":"b@x.org","userId":"1"}""");
        Assert.Equal((200, 2, 2), (reply.Code, reply.Json.GetProperty("successCount").GetInt32(), reply.Json.GetProperty("failCount").GetInt32()));
        Assert.Equal(["nonsense"], Failed(reply, "invalidEmails"));
        Assert.Equal(["b@x.org"], Failed(reply, "conflictEmails"));
        Assert.Equal(["name"], reply.Json.GetProperty("createdFields").EnumerateArray().Select(field => field.GetString()));
        await UsersAsync(iterable, """{"email":"A@X.org","dataFields":{"name":null}}""");
        Assert.Equal(["1", "2"], iterable.Values("users", "userId"));
        Assert.Equal(["null", "null"], iterable.Values("users", "name"));
    }

    [Fact]
    public async Task The_type_of_a_field_never_changes_and_a_mismatch_refuses_the_request()
    {
        await using var iterable = await StartAsync();
        await UsersAsync(iterable, """{"email":"a@x.org","dataFields":{"age":5,"name":"Ann"}}""");
        var reply = await UsersAsync(iterable, """{"email":"b@x.org","dataFields":{"name":"Bo"}}""", """{"email":"c@x.org","dataFields":{"age":"old"}}""");
        Assert.Equal((400, "RequestFieldsTypesMismatched"), (reply.Code, reply.Json.GetProperty("code").GetString()));
        Assert.Equal("long", reply.Json.GetProperty("params").GetProperty("validationErrors").GetProperty("age").GetProperty("expectedType").GetString());
        Assert.Equal(["a@x.org"], iterable.Values("users", "email"));
        Assert.Equal("long", (await iterable.GetAsync("api/users/getFields")).Json.GetProperty("fields").GetProperty("age").GetString());
    }

    [Fact]
    public async Task The_forgotten_stay_away_until_they_are_not()
    {
        await using var iterable = await StartAsync();
        await UsersAsync(iterable, """{"email":"a@x.org","userId":"1"}""");
        Assert.Equal(200, (await iterable.PostAsync("api/users/forget", """{"email":"a@x.org"}""")).Code);
        Assert.Empty(iterable.Holdings);
        var reply = await UsersAsync(iterable, """{"email":"A@x.org"}""", """{"userId":"1"}""");
        Assert.Equal(["A@x.org", "1"], [.. Failed(reply, "forgottenEmails"), .. Failed(reply, "forgottenUserIds")]);
        Assert.Equal("ForgottenUserError", (await iterable.PostAsync("api/users/update", """{"email":"a@x.org"}""")).Json.GetProperty("code").GetString());
        await iterable.PostAsync("api/users/unforget", """{"email":"a@x.org"}""");
        Assert.Equal(1, (await UsersAsync(iterable, """{"email":"a@x.org"}""")).Json.GetProperty("successCount").GetInt32());
    }

    [Fact]
    public async Task Lists_take_users_in_and_out_and_the_channel_only_when_asked()
    {
        await using var iterable = await StartAsync();
        var list = (await iterable.PostAsync("api/lists", """{"name":"VIP"}""")).Json.GetProperty("listId").GetInt64();
        Assert.Equal("VIP", (await iterable.GetAsync("api/lists")).Json.GetProperty("lists")[0].GetProperty("name").GetString());
        await iterable.PostAsync("api/lists/subscribe", $$"""{"listId":{{list}},"subscribers":[{"email":"a@x.org"},{"email":"b@x.org"},{"userId":"3"}]}""");
        Assert.Equal(3, iterable.Holding("VIP").Count);
        var reply = await iterable.PostAsync("api/lists/unsubscribe", $$"""{"listId":{{list}},"subscribers":[{"email":"a@x.org"},{"email":"no@x.org"}]}""");
        Assert.Equal(["no@x.org"], Failed(reply, "notFoundEmails"));
        Assert.Equal(["b@x.org", "null"], iterable.Values("VIP", "email"));
        Assert.Equal(["null", "null", "null"], iterable.Values("users", "unsubscribedChannelIds"));
        await iterable.PostAsync("api/lists/unsubscribe", $$"""{"listId":{{list}},"subscribers":[{"email":"b@x.org"}],"channelUnsubscribe":true}""");
        Assert.Equal(["[1]", "null", "null"], iterable.Values("users", "unsubscribedChannelIds"));
        var unknown = await iterable.PostAsync("api/lists/subscribe", """{"listId":7,"subscribers":[{"email":"a@x.org"}]}""");
        Assert.Equal((400, "error.lists.invalidListId"), (unknown.Code, unknown.Json.GetProperty("msg").GetString()));
    }

    [Fact]
    public async Task An_event_with_an_id_that_is_held_takes_its_place()
    {
        await using var iterable = await StartAsync();
        const string Bought = """{"email":"a@x.org","eventName":"bought","id":"1","createdAt":1700000000,"dataFields":{"item":"tea"}}""";
        await EventsAsync(iterable, Bought, Bought.Replace("\"1\"", "\"2\""));
        await EventsAsync(iterable, Bought.Replace("tea", "milk"));
        Assert.Equal(["milk", "tea"], iterable.Values("events", "item"));
        Assert.Equal(["a@x.org"], iterable.Values("users", "email"));
        var anonymous = Bought.Replace("""
            "id":"1",
            """.Trim(), "");
        await EventsAsync(iterable, anonymous, anonymous);
        Assert.Equal(4, iterable.Holding("events").Count);

        var refused = await EventsAsync(iterable, Bought.Replace("bought", "disallowed thing"), Bought.Replace("a@x.org", "nonsense"));
        Assert.Equal("disallowed thing", Assert.Single(refused.Json.GetProperty("disallowedEventNames").EnumerateArray()).GetString());
        Assert.Equal(["nonsense"], Failed(refused, "invalidEmails"));
        Assert.Equal(400, (await EventsAsync(iterable, Bought.Replace("\"tea\"", "5"))).Code);
        Assert.Equal(400, (await EventsAsync(iterable, Bought.Replace("1700000000", "\"now\""))).Code);
    }

    [Fact]
    public async Task Keys_sizes_and_forms_are_checked_and_a_script_refuses_rows()
    {
        await using var iterable = await StartAsync();
        Assert.Equal(413, (await UsersAsync(iterable, $$$"""{"email":"a@x.org","dataFields":{"a":"{{{new string('x', 4 * 1024 * 1024)}}}"}}""")).Code);
        Assert.Equal("BadJsonBody", (await UsersAsync(iterable, """{"dataFields":{}}""")).Json.GetProperty("code").GetString());
        iterable.Script(new() { RejectKeys = ["b@x.org"] });
        Assert.Equal(["b@x.org"], Failed(await UsersAsync(iterable, """{"email":"a@x.org"}""", """{"email":"b@x.org"}"""), "invalidDataEmails"));
        iterable.Script(new() { Trouble = VendorTrouble.Throttled, RetryAfter = 9 });
        var throttled = await UsersAsync(iterable, """{"email":"a@x.org"}""");
        Assert.Equal((429, null, "RateLimitExceeded"), (throttled.Code, throttled.Header("Retry-After"), throttled.Json.GetProperty("code").GetString()));
        iterable.Headers["Api-Key"] = "bad";
        Assert.Equal((401, "BadApiKey"), ((await iterable.GetAsync("api/lists")).Code, (await iterable.GetAsync("api/lists")).Json.GetProperty("code").GetString()));
    }

    private static async Task<VendorSandbox> StartAsync()
    {
        var iterable = await VendorSandbox.StartAsync("iterable");
        iterable.Authorization = null;
        iterable.Headers["Api-Key"] = "key";
        return iterable;
    }

    private static Task<Reply> UsersAsync(VendorSandbox iterable, params string[] users) => iterable.PostAsync("api/users/bulkUpdate", $$"""{"users":[{{string.Join(",", users)}}]}""");

    private static Task<Reply> EventsAsync(VendorSandbox iterable, params string[] events) => iterable.PostAsync("api/events/trackBulk", $$"""{"events":[{{string.Join(",", events)}}]}""");

    private static string[] Failed(Reply reply, string reason) =>
        [.. reply.Json.GetProperty("failedUpdates").GetProperty(reason).EnumerateArray().Select(key => key.GetString()!)];
}
