using System.Text;
using System.Text.Json;
using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.Tests.Sandbox;

public sealed class CustomerIoSandboxTests
{
    [Fact]
    public async Task People_are_identified_and_deleted()
    {
        await using var cio = await StartAsync();
        Assert.Equal((200, "{}"), await BatchAsync(cio, """{"type":"person","identifiers":{"id":"1"},"action":"identify","attributes":{"email":"a@x.org","plan":"pro","age":7}}"""));
        Assert.Equal((200, "{}"), await BatchAsync(cio, """{"type":"person","identifiers":{"email":"A@x.org"},"action":"identify","attributes":{"plan":null}}"""));
        var person = Assert.Single(cio.Holding("people").Records);
        Assert.Equal(("1", "a@x.org", null, "7"), (person["id"], person["email"], person["plan"], person["age"]));
        await BatchAsync(cio, """{"type":"person","identifiers":{"id":"1"},"action":"delete"},{"type":"person","identifiers":{"id":"9"},"action":"delete"}""");
        Assert.Empty(cio.Holdings);
    }

    [Fact]
    public async Task Bad_items_are_told_by_position_and_the_rest_is_applied()
    {
        await using var cio = await StartAsync();
        var (status, text) = await BatchAsync(cio, """
            {"type":"person","identifiers":{"id":"1"},"action":"identify"},
            {"type":"person","identifiers":{},"action":"identify"},
            {"type":"person","identifiers":{"id":"2"},"action":"dance"},
            {"type":"person","identifiers":{"email":"nonsense"},"action":"identify"},
            {"type":"person","identifiers":{"id":"3"},"action":"event"},
            {"type":"person","identifiers":{"id":"4"},"action":"identify"}
            """);
        Assert.Equal(207, status);
        var errors = JsonElement.Parse(text).GetProperty("errors").EnumerateArray()
            .Select(error => $"{error.GetProperty("batch_index")} {error.GetProperty("reason")} {error.GetProperty("field")}");
        Assert.Equal(["1 required identifiers", "2 invalid action", "3 invalid identifiers.email", "4 required name"], errors);
        Assert.Contains("4", cio.Values("people", "id"));
    }

    [Fact]
    public async Task An_event_counts_once_by_its_ulid()
    {
        await using var cio = await StartAsync();
        const string Event = """{"type":"person","identifiers":{"id":"1"},"action":"event","name":"bought","id":"01BX5ZZKBKACTAV9WEVGEMMVRZ","timestamp":1795334400,"attributes":{"total":5}}""";
        await BatchAsync(cio, Event, Event, Event.Replace("01BX5ZZKBKACTAV9WEVGEMMVRZ", "no ulid"), Event.Replace("01BX5ZZKBKACTAV9WEVGEMMVRZ", "no ulid"));
        Assert.Equal(3, cio.Holding("events").Count);
        Assert.Equal(("bought", "1", "5"), (cio.Holding("events").Records[0]["event"], cio.Holding("events").Records[0]["person"], cio.Holding("events").Records[0]["total"]));
    }

    [Fact]
    public async Task Suppressed_people_stay_away_and_others_are_merged_and_related()
    {
        await using var cio = await StartAsync();
        await BatchAsync(cio,
            """{"type":"person","identifiers":{"id":"1"},"action":"suppress"}""",
            """{"type":"person","identifiers":{"id":"1"},"action":"identify"}""",
            """{"type":"person","identifiers":{"id":"2"},"action":"identify","attributes":{"a":"2"},"cio_relationships":[{"identifiers":{"object_type_id":"1","object_id":"acme"}}]}""",
            """{"type":"person","identifiers":{"id":"3"},"action":"identify","attributes":{"a":"3","b":"3"}}""",
            """{"type":"person","action":"merge","primary":{"id":"2"},"secondary":{"id":"3"}}""",
            """{"type":"object","identifiers":{"object_type_id":"1","object_id":"acme"},"action":"identify","attributes":{"name":"Acme"}}""",
            """{"type":"person","identifiers":{"id":"2"},"action":"add_device","device":{"token":"t","platform":"ios"}}""");
        var person = Assert.Single(cio.Holding("people").Records);
        Assert.Equal(("2", "2", "3"), (person["id"], person["a"], person["b"]));
        Assert.Equal(["acme"], cio.Values("relationships", "object_id"));
        Assert.Equal(["Acme"], cio.Values("objects/1", "name"));
        Assert.Equal(["t"], cio.Values("devices", "token"));
    }

    [Fact]
    public async Task Segments_take_those_who_are_known()
    {
        await using var cio = await StartAsync();
        cio.Authorization = "Bearer app";
        var id = (await cio.PostAsync("v1/segments", """{"segment":{"name":"VIP"}}""")).Json.GetProperty("segment").GetProperty("id").GetInt32();
        Assert.Equal("VIP", (await cio.GetAsync("v1/segments")).Json.GetProperty("segments")[0].GetProperty("name").GetString());
        cio.Authorization = Basic("site:key");
        await BatchAsync(cio, """{"type":"person","identifiers":{"id":"1"},"action":"identify","attributes":{"email":"a@x.org"}}""", """{"type":"person","identifiers":{"id":"2"},"action":"identify"}""");
        Assert.Equal(200, (await cio.PostAsync($"api/v1/segments/{id}/add_customers", """{"ids":["1","2","9"]}""")).Code);
        Assert.Equal(200, (await cio.PostAsync($"api/v1/segments/{id}/remove_customers?id_type=email", """{"ids":["A@x.org"]}""")).Code);
        Assert.Equal(["2"], cio.Values("VIP", "id"));
        Assert.Equal(404, (await cio.PostAsync("api/v1/segments/4041/add_customers", """{"ids":["1"]}""")).Code);
        Assert.Equal(400, (await cio.PostAsync("api/v1/segments/1/add_customers?id_type=phone", """{"ids":["1"]}""")).Code);
        Assert.Equal(400, (await cio.PostAsync("api/v1/segments/1/add_customers", JsonSerializer.Serialize(new { ids = Enumerable.Repeat("1", 1001) }))).Code);
        cio.Authorization = "Bearer app";
        Assert.Equal(1, (await cio.GetAsync($"v1/segments/{id}/customer_count")).Json.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Sizes_and_credentials_are_checked()
    {
        await using var cio = await StartAsync();
        string Item(int length) => $$$"""{"type":"person","identifiers":{"id":"1"},"action":"identify","attributes":{"a":"{{{new string('x', length)}}}"}}""";
        Assert.Equal(207, (await BatchAsync(cio, Item(33_000), Item(10))).Status);
        Assert.Equal(400, (await BatchAsync(cio, [.. Enumerable.Repeat(Item(30_000), 18)])).Status);
        Assert.Equal(400, (await cio.PostAsync("api/v2/batch", "{}")).Code);
        foreach (var wrong in new[] { null, "Bearer x", Basic("site"), Basic("bad:key"), "Basic !!!" })
        {
            cio.Authorization = wrong;
            Assert.Equal(401, (await BatchAsync(cio, Item(1))).Status);
        }
    }

    [Fact]
    public async Task A_429_has_no_headers_and_a_refused_item_its_position()
    {
        await using var cio = await StartAsync();
        cio.Script(new() { Trouble = VendorTrouble.Throttled, RetryAfter = 9 });
        var throttled = await cio.PostAsync("api/v2/batch", """{"batch":[{"type":"person","identifiers":{"id":"1"},"action":"identify"}]}""");
        Assert.Equal((429, null), (throttled.Code, throttled.Header("Retry-After")));
        cio.Script(new() { RejectKeys = ["2"], Message = "no" });
        var (status, text) = await BatchAsync(cio, """{"type":"person","identifiers":{"id":"1"},"action":"identify"}""", """{"type":"person","identifiers":{"id":"2"},"action":"identify"}""");
        Assert.Equal((207, """{"errors":[{"batch_index":1,"reason":"rejected","field":"","message":"no"}]}"""), (status, text));
    }

    private static async Task<VendorSandbox> StartAsync()
    {
        var cio = await VendorSandbox.StartAsync("customerio");
        cio.Authorization = Basic("site:key");
        return cio;
    }

    private static string Basic(string credentials) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials));

    private static async Task<(int Status, string Text)> BatchAsync(VendorSandbox cio, params string[] items)
    {
        var reply = await cio.PostAsync("api/v2/batch", $$"""{"batch":[{{string.Join(",", items)}}]}""");
        return (reply.Code, reply.Text);
    }
}
