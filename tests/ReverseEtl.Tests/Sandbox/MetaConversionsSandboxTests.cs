using System.Security.Cryptography;
using System.Text;
using ReverseEtl.Conformance;

namespace ReverseEtl.Tests.Sandbox;

public sealed class MetaConversionsSandboxTests
{
    private const string Path = "v25.0/1234/events";

    private static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static readonly string Email = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("a@x.org")));

    [Fact]
    public async Task Events_are_held_as_often_as_their_names_and_ids_differ_within_48_hours()
    {
        var time = new ManualTime(Start);
        await using var meta = await VendorSandbox.StartAsync("meta-conversions", time: time);
        var reply = await meta.PostAsync(Path, Body(Event("Lead", "1"), Event("Lead", "1"), Event("Quote", "1"), Event("Lead", null), Event("Lead", null)));
        Assert.Equal((200, 5, 0), (reply.Code, reply.Json.GetProperty("events_received").GetInt32(), reply.Json.GetProperty("messages").GetArrayLength()));
        Assert.Equal(["Lead", "Lead", "Lead", "Quote"], meta.Values("1234", "event_name"));
        Assert.Equal(Email, meta.Holding("1234").Records[0]["user_data.em"]);

        time.Advance(TimeSpan.FromHours(48));
        await meta.PostAsync(Path, Body(Event("Lead", "1")));
        Assert.Equal(4, meta.Holding("1234").Count);
        time.Advance(TimeSpan.FromSeconds(1));
        await meta.PostAsync(Path, Body(Event("Lead", "1")));
        Assert.Equal(5, meta.Holding("1234").Count);
    }

    [Fact]
    public async Task One_event_that_is_too_old_takes_the_request_down()
    {
        await using var meta = await StartAsync();
        var old = Start.AddDays(-7).AddSeconds(-1).ToUnixTimeSeconds();
        var reply = await meta.PostAsync(Path, Body(Event("Lead", "1"), Event("Lead", "2", old)));
        Assert.Equal((400, 100, 2804003), ErrorOf(reply));
        Assert.Contains("data[1]", reply.Json.GetProperty("error").GetProperty("error_user_msg").GetString());
        Assert.Empty(meta.Holdings);
        Assert.Equal(200, (await meta.PostAsync(Path, Body(Event("Lead", "2", old + 1)))).Code);
        Assert.Equal(200, (await meta.PostAsync(Path, Body(Event("Lead", "3", old).Replace("system_generated", "physical_store", StringComparison.Ordinal)))).Code);
    }

    [Theory]
    [InlineData("\"event_name\":\"Lead\",", "", 2804019)]
    [InlineData("system_generated", "telepathy", 0)]
    [InlineData("\"action_source\":\"system_generated\",", "", 0)]
    [InlineData("\"em\":[\"", "\"em\":[\"plain@x.org", 0)]
    [InlineData("\"em\"", "\"mail\"", 0)]
    [InlineData("\"action_source\"", "\"colour\":\"red\",\"action_source\"", 0)]
    [InlineData("\"event_time\":", "\"event_time\":null,\"event_times\":", 0)]
    [InlineData("system_generated", "website", 0)]
    [InlineData("\"Lead\"", "\"Purchase\"", 2804009)]
    public async Task What_an_event_must_be_is_checked(string good, string bad, int subcode)
    {
        await using var meta = await StartAsync();
        Assert.Equal(200, (await meta.PostAsync(Path, Body(Event("Lead", "1")))).Code);
        Assert.Equal((400, 100, subcode), ErrorOf(await meta.PostAsync(Path, Body(Event("Lead", "2").Replace(good, bad, StringComparison.Ordinal)))));
        Assert.Single(meta.Holding("1234").Records);
    }

    [Fact]
    public async Task A_dataset_can_be_asked_for_and_must_be_there()
    {
        await using var meta = await StartAsync();
        Assert.Equal("""{"name":"acme","id":"1234"}""", (await meta.GetAsync("v25.0/1234?fields=name")).Text);
        Assert.Equal(33, ErrorOf(await meta.GetAsync("v25.0/4041?fields=name")).Subcode);
        Assert.Equal(33, ErrorOf(await meta.PostAsync("v25.0/4041/events", Body(Event("Lead", "1")))).Subcode);
        Assert.Equal(400, (await meta.PostAsync(Path, Body([.. Enumerable.Range(0, 1001).Select(id => Event("Lead", $"{id}"))]))).Code);
        meta.Authorization = "Bearer bad";
        Assert.Equal(190, ErrorOf(await meta.GetAsync("v25.0/1234?fields=name")).Code);
        meta.Authorization = "Bearer good";
        meta.Script(new() { RejectKeys = ["2"] });
        Assert.Equal(400, (await meta.PostAsync(Path, Body(Event("Lead", "1"), Event("Lead", "2")))).Code);
        Assert.Empty(meta.Holdings);
    }

    private static Task<VendorSandbox> StartAsync() => VendorSandbox.StartAsync("meta-conversions", time: new ManualTime(Start));

    private static string Body(params string[] events) => $$"""{"data":[{{string.Join(',', events)}}]}""";

    private static string Event(string name, string? id, long? time = null) =>
        $$"""{"event_name":"{{name}}","event_time":{{time ?? Start.ToUnixTimeSeconds()}},{{(id is null ? "" : $"\"event_id\":\"{id}\",")}}"action_source":"system_generated","user_data":{"em":["{{Email}}"] } }""";

    private static (int Status, int Code, int Subcode) ErrorOf(Reply reply)
    {
        var error = reply.Json.GetProperty("error");
        return (reply.Code, error.GetProperty("code").GetInt32(), error.TryGetProperty("error_subcode", out var subcode) ? subcode.GetInt32() : 0);
    }
}
