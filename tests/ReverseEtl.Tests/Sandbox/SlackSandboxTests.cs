using System.Text.Json;
using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.Tests.Sandbox;

public sealed class SlackSandboxTests
{
    private const string Post = "api/chat.postMessage";

    [Fact]
    public async Task Messages_are_kept_by_channel()
    {
        await using var slack = await VendorSandbox.StartAsync("slack");
        var first = await slack.PostAsync(Post, """{"channel":"#sales","text":"one"}""");
        Assert.True(first.Json.GetProperty("ok").GetBoolean());
        var id = first.Json.GetProperty("channel").GetString()!;
        await slack.FormAsync(HttpMethod.Post, Post, ("channel", id), ("text", "two"));
        await slack.PostAsync(Post, """{"channel":"C0123456789","blocks":[{"type":"divider"}]}""");
        Assert.Equal(["one", "two"], slack.Values("sales", "text"));
        Assert.Equal("""[{"type":"divider"}]""", Assert.Single(slack.Holding("C0123456789").Records)["blocks"]);
        Assert.Equal(2, (await slack.GetAsync("api/conversations.list")).Json.GetProperty("channels").GetArrayLength());
        Assert.Equal("acme", (await slack.PostAsync("api/auth.test", "{}")).Json.GetProperty("team").GetString());
    }

    [Theory]
    [InlineData("""{"text":"x"}""", "channel_not_found")]
    [InlineData("""{"channel":"unknown-one","text":"x"}""", "channel_not_found")]
    [InlineData("""{"channel":"#private-one","text":"x"}""", "not_in_channel")]
    [InlineData("""{"channel":"archived","text":"x"}""", "is_archived")]
    [InlineData("""{"channel":"a"}""", "no_text")]
    [InlineData("""{"channel":"a","blocks":[]}""", "invalid_blocks")]
    [InlineData("nonsense", "invalid_json")]
    public async Task What_is_wrong_is_told_with_status_200(string body, string error)
    {
        await using var slack = await VendorSandbox.StartAsync("slack");
        var reply = await slack.PostAsync(Post, body);
        Assert.Equal((200, $$"""{"ok":false,"error":"{{error}}"}"""), (reply.Code, reply.Text));
        Assert.Empty(slack.Holdings);
    }

    [Fact]
    public async Task Long_messages_other_methods_and_tokens_are_checked()
    {
        await using var slack = await VendorSandbox.StartAsync("slack");
        async Task<string?> ErrorAsync(string method, object body) => (await slack.PostAsync(method, JsonSerializer.Serialize(body))).Json.GetProperty("error").GetString();
        Assert.Equal("msg_too_long", await ErrorAsync(Post, new { channel = "a", text = new string('x', 40_001) }));
        Assert.Equal("unknown_method", await ErrorAsync("api/chat.shout", new { }));
        slack.Authorization = "Bearer bad";
        Assert.Equal("invalid_auth", await ErrorAsync("api/auth.test", new { }));
        slack.Authorization = null;
        Assert.Equal("not_authed", await ErrorAsync("api/auth.test", new { }));
        Assert.True((await slack.FormAsync(HttpMethod.Post, "api/auth.test", ("token", "xoxb-1"))).Json.GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task Trouble_is_slacks()
    {
        await using var slack = await VendorSandbox.StartAsync("slack");
        slack.Script(new() { Trouble = VendorTrouble.Throttled, RetryAfter = 7 });
        var throttled = await slack.PostAsync(Post, """{"channel":"a","text":"x"}""");
        Assert.Equal((429, "7", "ratelimited"), (throttled.Code, throttled.Header("Retry-After"), throttled.Json.GetProperty("error").GetString()));
        slack.Script(new() { Trouble = VendorTrouble.Credentials });
        Assert.Equal("""{"ok":false,"error":"invalid_auth"}""", (await slack.PostAsync(Post, """{"channel":"a","text":"x"}""")).Text);
        slack.Script(new() { RejectKeys = ["x"], Message = "no" });
        Assert.Contains("\"no\"", (await slack.PostAsync(Post, """{"channel":"a","text":"x"}""")).Text);
        Assert.Empty(slack.Holdings);
    }
}
