using System.Text.Json;
using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.Tests.Sandbox;

public sealed class ActiveCampaignSandboxTests
{
    [Fact]
    public async Task A_contact_is_created_then_updated_by_its_address()
    {
        await using var campaign = await StartAsync();
        var field = Id(await campaign.PostAsync("api/3/fields", """{"field":{"title":"Plan","type":"text"}}"""), "field");
        var created = await SyncAsync(campaign, $$"""{"email":"a@x.org","firstName":"Ann","fieldValues":[{"field":"{{field}}","value":"gold"}]}""");
        Assert.Equal((201, "Ann"), (created.Code, created.Json.GetProperty("contact").GetProperty("firstName").GetString()));
        var updated = await SyncAsync(campaign, $$"""{"email":"A@x.org","firstName":"","lastName":null,"phone":"1","fieldValues":[{"field":"{{field}}","value":""}]}""");
        Assert.Equal((200, Id(created, "contact")), (updated.Code, Id(updated, "contact")));
        var held = Assert.Single(campaign.Holding("contacts").Records);
        Assert.Equal(("A@x.org", "", "", "1", ""), (held["email"], held["firstName"], held["lastName"], held["phone"], held["Plan"]));
        Assert.Equal("PLAN", (await campaign.GetAsync("api/3/fields")).Json.GetProperty("fields")[0].GetProperty("perstag").GetString());
    }

    [Theory]
    [InlineData("""{"firstName":"Ann"}""", "/data/attributes/email")]
    [InlineData("""{"email":"nobody"}""", "/data/attributes/email")]
    [InlineData("""{"email":"a@x.org","phone":1}""", "/data/attributes/phone")]
    [InlineData("""{"email":"a@x.org","fieldValues":[{"field":"9","value":"x"}]}""", "/data/attributes/field")]
    public async Task What_is_wrong_is_pointed_at(string contact, string pointer)
    {
        await using var campaign = await StartAsync();
        var refused = await SyncAsync(campaign, contact);
        var error = refused.Json.GetProperty("errors")[0];
        Assert.Equal((422, pointer), (refused.Code, error.GetProperty("source").GetProperty("pointer").GetString()));
        Assert.True(error.TryGetProperty("title", out _) && error.TryGetProperty("code", out _));
        Assert.Empty(campaign.Holdings);
    }

    [Fact]
    public async Task Contacts_are_put_on_lists_and_taken_off()
    {
        await using var campaign = await StartAsync();
        string one = Id(await SyncAsync(campaign, """{"email":"a@x.org"}"""), "contact"), two = Id(await SyncAsync(campaign, """{"email":"b@x.org"}"""), "contact");
        var list = Id(await campaign.PostAsync("api/3/lists", List("VIP")), "list");
        Task<Reply> Put(string contact, int status, string? other = null) => campaign.PostAsync("api/3/contactLists",
            JsonSerializer.Serialize(new { contactList = new { list = other ?? list, contact, status } }));
        Assert.Equal(201, (await Put(one, 1)).Code);
        Assert.Equal(201, (await Put(two, 1)).Code);
        Assert.Equal(200, (await Put(one, 2)).Code);
        Assert.Equal(["b@x.org"], campaign.Values("VIP", "email"));
        Assert.Equal("2", (await campaign.GetAsync($"api/3/contacts/{one}/contactLists")).Json.GetProperty("contactLists")[0].GetProperty("status").GetString());
        Assert.Equal((404, 404, 422), ((await Put(one, 1, "99")).Code, (await Put("99", 1)).Code, (await Put(one, 3)).Code));

        campaign.Script(new() { RejectKeys = ["a@x.org"] });
        Assert.Equal(422, (await Put(one, 1)).Code);
        Assert.Equal(200, (await campaign.SendAsync(HttpMethod.Delete, $"api/3/contacts/{two}", null)).Code);
        Assert.Equal(404, (await campaign.SendAsync(HttpMethod.Delete, $"api/3/contacts/{two}", null)).Code);
        Assert.Empty(campaign.Holding("VIP").Records);
    }

    [Fact]
    public async Task Lists_are_found_by_a_part_of_their_names_and_by_the_page()
    {
        await using var campaign = await StartAsync();
        foreach (var name in new[] { "VIP", "VIP old", "Others" })
            Assert.Equal(201, (await campaign.PostAsync("api/3/lists", List(name))).Code);
        Assert.Equal(422, (await campaign.PostAsync("api/3/lists", List("VIP"))).Code);
        Assert.Equal(422, (await campaign.PostAsync("api/3/lists", """{"list":{"name":"a"}}""")).Code);
        Assert.Equal(["VIP", "VIP old"], Names(await campaign.GetAsync("api/3/lists?filters[name]=vip")));
        var page = await campaign.GetAsync("api/3/lists?limit=2&offset=2");
        Assert.Equal(["Others"], Names(page));
        Assert.Equal("3", page.Json.GetProperty("meta").GetProperty("total").GetString());
    }

    [Fact]
    public async Task Contacts_are_found_by_address_and_the_key_is_checked()
    {
        await using var campaign = await StartAsync();
        await SyncAsync(campaign, """{"email":"a@x.org"}""");
        Assert.Equal(1, (await campaign.GetAsync("api/3/contacts?email=A@x.org")).Json.GetProperty("contacts").GetArrayLength());
        Assert.Equal("0", (await campaign.GetAsync("api/3/contacts?email=b@x.org")).Json.GetProperty("meta").GetProperty("total").GetString());
        campaign.Script(new() { Trouble = VendorTrouble.Throttled, RetryAfter = 2 });
        var throttled = await SyncAsync(campaign, """{"email":"a@x.org"}""");
        Assert.Equal((429, "2"), (throttled.Code, throttled.Header("Retry-After")));
        campaign.Headers["Api-Token"] = "bad";
        Assert.Equal(403, (await campaign.GetAsync("api/3/users/me")).Code);
        campaign.Headers.Remove("Api-Token");
        Assert.Equal(403, (await campaign.GetAsync("api/3/users/me")).Code);
    }

    private static async Task<VendorSandbox> StartAsync()
    {
        var campaign = await VendorSandbox.StartAsync("activecampaign");
        campaign.Headers["Api-Token"] = "token";
        return campaign;
    }

    private static Task<Reply> SyncAsync(VendorSandbox campaign, string contact) =>
        campaign.PostAsync("api/3/contact/sync", $$"""{"contact":{{contact}}}""");

    private static string List(string name) => JsonSerializer.Serialize(new
    {
        list = new { name, stringid = name.ToLowerInvariant(), sender_url = "https://x.org", sender_reminder = "You asked for it" },
    });

    private static string Id(Reply reply, string what) => reply.Json.GetProperty(what).GetProperty("id").GetString()!;

    private static string[] Names(Reply reply) => [.. reply.Json.GetProperty("lists").EnumerateArray().Select(list => list.GetProperty("name").GetString()!)];
}
