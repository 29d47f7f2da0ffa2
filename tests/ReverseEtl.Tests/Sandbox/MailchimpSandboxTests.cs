using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.Tests.Sandbox;

public sealed class MailchimpSandboxTests
{
    private const string List = "lists/0a1b2c3d4e";

    [Fact]
    public async Task Members_are_made_and_updated_by_the_batch()
    {
        await using var chimp = await StartAsync();
        var first = await chimp.PostAsync(List, """{"members":[{"email_address":"A@x.org","status":"subscribed","merge_fields":{"FNAME":"Ann","NOSUCH":"x"}}]}""");
        Assert.Equal((200, 1, 0), (first.Code, first.Json.GetProperty("total_created").GetInt32(), first.Json.GetProperty("error_count").GetInt32()));
        var second = await chimp.PostAsync(List, """{"update_existing":true,"members":[{"email_address":"a@x.org","merge_fields":{"LNAME":"Lee","FNAME":null},"vip":true}]}""");
        Assert.Equal(1, second.Json.GetProperty("total_updated").GetInt32());
        var member = Assert.Single(chimp.Holding("Newsletter").Records);
        Assert.Equal(("a@x.org", "subscribed", "Ann", "Lee", "true"), (member["email_address"], member["status"], member["FNAME"], member["LNAME"], member["vip"]));
        Assert.False(member.ContainsKey("NOSUCH"));
        await chimp.PostAsync(List, """{"update_existing":true,"members":[{"email_address":"a@x.org","merge_fields":{"FNAME":""}}]}""");
        Assert.Null(Assert.Single(chimp.Holding("Newsletter").Records)["FNAME"]);
    }

    [Fact]
    public async Task Members_that_are_no_good_are_told_by_address()
    {
        await using var chimp = await StartAsync();
        await chimp.PostAsync($"{List}/merge-fields", """{"name":"Plan","type":"text","tag":"PLAN","required":true}""");
        await chimp.PutAsync($"{List}/members/{Hash("known@x.org")}", """{"email_address":"known@x.org","status_if_new":"subscribed","merge_fields":{"PLAN":"pro"}}""");
        chimp.Script(new ScriptAction { RejectKeys = ["scripted@x.org"] });
        var answer = await chimp.PostAsync(List, """
            {"members":[
                {"email_address":"nonsense","status":"subscribed"},
                {"email_address":"known@x.org","status":"subscribed"},
                {"email_address":"noplan@x.org","status":"subscribed"},
                {"email_address":"optout1@x.org","status":"subscribed","merge_fields":{"PLAN":"a"}},
                {"email_address":"birth@x.org","status":"subscribed","merge_fields":{"PLAN":"a","BIRTHDAY":"tomorrow"}},
                {"email_address":"scripted@x.org","status":"subscribed","merge_fields":{"PLAN":"a"}},
                {"email_address":"twice@x.org","status":"subscribed","merge_fields":{"PLAN":"a"}},
                {"email_address":"TWICE@x.org","status":"subscribed","merge_fields":{"PLAN":"b"}},
                {"email_address":"nostatus@x.org","merge_fields":{"PLAN":"a"}}]}
            """);
        Assert.Equal(200, answer.Code);
        Assert.Equal(
            [
                "nonsense ERROR_GENERIC ", "known@x.org ERROR_CONTACT_EXISTS ", "noplan@x.org ERROR_GENERIC PLAN", "optout1@x.org ERROR_GENERIC ",
                "birth@x.org ERROR_GENERIC BIRTHDAY", "scripted@x.org ERROR_GENERIC ", "TWICE@x.org ERROR_GENERIC ", "nostatus@x.org ERROR_GENERIC status",
            ],
            answer.Json.GetProperty("errors").EnumerateArray().Select(error => $"{error.GetProperty("email_address")} {error.GetProperty("error_code")} {error.GetProperty("field")}"));
        Assert.Equal(["known@x.org", "twice@x.org"], chimp.Values("Newsletter", "email_address"));
    }

    [Fact]
    public async Task Who_is_out_stays_out()
    {
        await using var chimp = await StartAsync();
        string Member(string address) => $"{List}/members/{Hash(address)}";
        var pending = await chimp.PutAsync(Member("optout@x.org"), """{"email_address":"optout@x.org","status_if_new":"pending"}""");
        Assert.Equal(200, pending.Code);
        var subscribed = await chimp.SendAsync(HttpMethod.Patch, Member("optout@x.org"), VendorSandbox.Json("""{"status":"subscribed"}"""));
        Assert.Equal((400, "Member In Compliance State"), (subscribed.Code, subscribed.Json.GetProperty("title").GetString()));
        await chimp.PutAsync(Member("b@x.org"), """{"email_address":"b@x.org","status_if_new":"subscribed"}""");
        Assert.Equal(204, (await chimp.SendAsync(HttpMethod.Post, Member("b@x.org") + "/actions/delete-permanent", null)).Code);
        var erased = await chimp.PutAsync(Member("b@x.org"), """{"email_address":"b@x.org","status_if_new":"subscribed"}""");
        Assert.Equal((400, "Forgotten Email Not Subscribed"), (erased.Code, erased.Json.GetProperty("title").GetString()));
        Assert.Equal(["optout@x.org"], chimp.Values("Newsletter", "email_address"));
    }

    [Fact]
    public async Task An_archived_member_comes_back_with_a_status()
    {
        await using var chimp = await StartAsync();
        var path = $"{List}/members/{Hash("a@x.org")}";
        await chimp.PutAsync(path, """{"email_address":"a@x.org","status_if_new":"subscribed"}""");
        Assert.Equal(204, (await chimp.SendAsync(HttpMethod.Delete, path, null)).Code);
        Assert.Empty(chimp.Holding("Newsletter").Records);
        Assert.Equal(405, (await chimp.SendAsync(HttpMethod.Delete, path, null)).Code);
        await chimp.PutAsync(path, """{"email_address":"a@x.org","status_if_new":"subscribed"}""");
        Assert.Equal("archived", (await chimp.GetAsync(path)).Json.GetProperty("status").GetString());
        await chimp.PutAsync(path, """{"email_address":"a@x.org","status_if_new":"subscribed","status":"subscribed"}""");
        Assert.Single(chimp.Holding("Newsletter").Records);
        Assert.Equal(404, (await chimp.SendAsync(HttpMethod.Delete, $"{List}/members/{Hash("nobody@x.org")}", null)).Code);
    }

    [Fact]
    public async Task Segments_and_tags_are_the_same_thing()
    {
        await using var chimp = await StartAsync();
        await chimp.PostAsync(List, """{"members":[{"email_address":"a@x.org","status":"subscribed"},{"email_address":"b@x.org","status":"subscribed"}]}""");
        var vip = await chimp.PostAsync($"{List}/segments", """{"name":"VIP","static_segment":[]}""");
        var id = vip.Json.GetProperty("id").GetInt32();
        Assert.Equal(400, (await chimp.PostAsync($"{List}/segments", """{"name":"vip","static_segment":[]}""")).Code);
        var changed = await chimp.PostAsync($"{List}/segments/{id}", """{"members_to_add":["A@x.org","nobody@x.org","b@x.org"]}""");
        Assert.Equal(2, changed.Json.GetProperty("total_added").GetInt32());
        Assert.Equal("nobody@x.org", changed.Json.GetProperty("errors")[0].GetProperty("email_addresses")[0].GetString());
        Assert.Equal(["a@x.org", "b@x.org"], chimp.Values("VIP", "email_address").Select(address => address.ToLowerInvariant()));
        Assert.Equal(204, (await chimp.PostAsync($"{List}/members/{Hash("b@x.org")}/tags", """{"tags":[{"name":"vip","status":"inactive"},{"name":"New","status":"active"}]}""")).Code);
        Assert.Equal(["b@x.org"], chimp.Values("New", "email_address"));
        Assert.Single(chimp.Holding("VIP").Records);
        Assert.Equal($"{id}", (await chimp.GetAsync($"{List}/tag-search?name=vi")).Json.GetProperty("tags")[0].GetProperty("id").GetRawText());
        Assert.Equal(2, (await chimp.GetAsync($"{List}/segments?type=static&count=1")).Json.GetProperty("total_items").GetInt32());
        Assert.Equal(400, (await chimp.PostAsync($"{List}/segments/{id}", JsonSerializer.Serialize(new { members_to_remove = Enumerable.Repeat("a@x.org", 501) }))).Code);
        Assert.Equal(404, (await chimp.PostAsync($"{List}/segments/9", """{"members_to_add":["a@x.org"]}""")).Code);
    }

    [Fact]
    public async Task Limits_credentials_and_trouble_are_told_as_problems()
    {
        await using var chimp = await StartAsync();
        var many = JsonSerializer.Serialize(new { members = Enumerable.Range(0, 501).Select(at => new { email_address = $"{at}@x.org", status = "subscribed" }) });
        var refused = await chimp.PostAsync(List, many);
        Assert.Equal((400, "Invalid Resource"), (refused.Code, refused.Json.GetProperty("title").GetString()));
        Assert.Equal("JSON Parse Error", (await chimp.PostAsync(List, "nonsense")).Json.GetProperty("title").GetString());
        Assert.Equal(404, (await chimp.GetAsync("lists/404aa")).Code);
        chimp.Script(new ScriptAction { Trouble = VendorTrouble.Throttled, RetryAfter = 5 });
        var throttled = await chimp.PostAsync(List, """{"members":[]}""");
        Assert.Equal((429, null), (throttled.Code, throttled.Header("Retry-After")));
        Assert.Equal(200, (await chimp.GetAsync("ping")).Code);
        chimp.Authorization = Basic("anything", "badkey");
        Assert.Equal((401, "API Key Invalid"), ((await chimp.GetAsync("ping")).Code, (await chimp.GetAsync("ping")).Json.GetProperty("title").GetString()));
    }

    private static async Task<VendorSandbox> StartAsync()
    {
        var chimp = await VendorSandbox.StartAsync("mailchimp");
        chimp.Authorization = Basic("anything", "key-us1");
        return chimp;
    }

    private static string Basic(string user, string key) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{key}"));

#pragma warning disable CA5351 // The vendor's own.
    private static string Hash(string address) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(address)));
#pragma warning restore CA5351
}
