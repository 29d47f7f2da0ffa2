using System.Text.Json;
using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.Tests.Sandbox;

public sealed class SendGridSandboxTests
{
    private const string Contacts = "v3/marketing/contacts";

    [Fact]
    public async Task Contacts_are_made_and_updated_by_jobs()
    {
        await using var grid = await VendorSandbox.StartAsync("sendgrid");
        var field = (await grid.PostAsync("v3/marketing/field_definitions", """{"name":"plan","field_type":"Text"}""")).Json.GetProperty("id").GetString();
        var list = (await grid.PostAsync("v3/marketing/lists", """{"name":"VIP"}""")).Json.GetProperty("id").GetString();
        var job = await PutAsync(grid, $$$"""{"list_ids":["{{{list}}}"],"contacts":[{"email":"A@x.org","first_name":"Ann","custom_fields":{"{{{field}}}":"pro"}}]}""");
        Assert.Equal("pending", (await grid.GetAsync($"{Contacts}/imports/{job}")).Json.GetProperty("status").GetString());
        var done = (await grid.GetAsync($"{Contacts}/imports/{job}")).Json;
        Assert.Equal(("completed", 1), (done.GetProperty("status").GetString(), done.GetProperty("results").GetProperty("created_count").GetInt32()));
        Assert.Equal(("a@x.org", "Ann", "pro"), (grid.Values("VIP", "email")[0], grid.Values("contacts", "first_name")[0], grid.Values("contacts", "plan")[0]));

        await PutAsync(grid, """{"contacts":[{"email":"a@x.org","first_name":"","city":"Lund"}]}""");
        Assert.Equal(("null", "Lund", "pro"), (grid.Values("contacts", "first_name")[0], grid.Values("contacts", "city")[0], grid.Values("contacts", "plan")[0]));
    }

    [Fact]
    public async Task Rows_that_are_no_good_are_in_the_file_of_errors()
    {
        await using var grid = await VendorSandbox.StartAsync("sendgrid");
        await PutAsync(grid, """{"contacts":[{"email":"two@x.org","external_id":"2"}]}""");
        grid.Script(new ScriptAction { RejectKeys = ["scripted@x.org"], Message = "no, \"not\" you" });
        var job = await PutAsync(grid, """{"contacts":[{"email":"nonsense"},{"email":"a@x.org"},{"email":"two@x.org"},{"email":"scripted@x.org"}]}""");
        await grid.GetAsync($"{Contacts}/imports/{job}");
        var done = (await grid.GetAsync($"{Contacts}/imports/{job}")).Json;
        Assert.Equal(("errored", 3), (done.GetProperty("status").GetString(), done.GetProperty("results").GetProperty("errored_count").GetInt32()));
        var file = new Uri(done.GetProperty("results").GetProperty("errors_url").GetString()!).AbsolutePath.Split("/acme/")[1];
        Assert.Equal(400, (await grid.GetAsync(file)).Code);
        grid.Authorization = null;
        var lines = (await grid.GetAsync(file)).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.Contains("\"nonsense\"", lines[1]);
        Assert.Contains("all existing identifiers", lines[2]);
        Assert.Contains("no, \"\"not\"\" you", lines[3]);
        Assert.Equal(["a@x.org", "two@x.org"], grid.Values("contacts", "email"));
    }

    [Theory]
    [InlineData("""{"contacts":[]}""", 400, "contacts must be 1")]
    [InlineData("""{"contacts":[{"first_name":"x"}]}""", 400, "at least one of")]
    [InlineData("""{"contacts":[{"email":"a@x.org","custom_fields":{"e9_T":"x"}}]}""", 400, "invalid custom field ids: e9_T")]
    [InlineData("""{"contacts":[{"email":"a@x.org","last_opened":"x"}]}""", 400, "is not a field")]
    [InlineData("""{"contacts":[{"email":"a@x.org","city":null}]}""", 400, "must be a string")]
    [InlineData("""{"contacts":[{"email":"a@x.org","first_name":"123456789012345678901234567890123456789012345678901"}]}""", 400, "less than 50")]
    [InlineData("""{"contacts":[{"email":"a@x.org"}],"list_ids":["0f7a1f5e-1b0b-4c5e-9a52-0b1c2d3e4f50"]}""", 404, "not found")]
    [InlineData("nonsense", 400, "invalid json")]
    public async Task A_request_that_is_wrong_is_refused_at_once(string body, int status, string message)
    {
        await using var grid = await VendorSandbox.StartAsync("sendgrid");
        var answer = await grid.PutAsync(Contacts, body);
        Assert.Equal(status, answer.Code);
        Assert.Contains(message, answer.Json.GetProperty("errors")[0].GetProperty("message").GetString());
        Assert.Empty(grid.Holdings);
    }

    [Fact]
    public async Task Contacts_are_found_removed_from_lists_and_deleted()
    {
        await using var grid = await VendorSandbox.StartAsync("sendgrid");
        var list = (await grid.PostAsync("v3/marketing/lists", """{"name":"VIP"}""")).Json.GetProperty("id").GetString();
        await PutAsync(grid, $$"""{"list_ids":["{{list}}"],"contacts":[{"email":"a@x.org","alternate_emails":["a2@x.org"]},{"email":"b@x.org"}]}""");
        var found = (await grid.PostAsync($"{Contacts}/search/emails", """{"emails":["A2@x.org","b@x.org","nobody@x.org"]}""")).Json.GetProperty("result");
        Assert.Equal("contact not found", found.GetProperty("nobody@x.org").GetProperty("error").GetString());
        string Id(string address) => found.GetProperty(address).GetProperty("contact").GetProperty("id").GetString()!;
        Assert.Equal(404, (await grid.PostAsync($"{Contacts}/search/emails", """{"emails":["nobody@x.org"]}""")).Code);
        Assert.Equal(400, (await grid.PostAsync($"{Contacts}/search/emails", """{"emails":["nonsense"]}""")).Code);
        Assert.Equal(400, (await grid.PostAsync($"{Contacts}/search/emails", JsonSerializer.Serialize(new { emails = Enumerable.Range(0, 101).Select(at => $"{at}@x.org") }))).Code);

        Assert.Equal(202, (await grid.SendAsync(HttpMethod.Delete, $"v3/marketing/lists/{list}/contacts?contact_ids={Id("a2@x.org")}", null)).Code);
        Assert.Equal(["b@x.org"], grid.Values("VIP", "email"));
        Assert.Equal(202, (await grid.SendAsync(HttpMethod.Delete, $"{Contacts}?ids={Id("a2@x.org")},{Id("b@x.org")}", null)).Code);
        Assert.Equal(0, grid.Holding("VIP").Count);
        Assert.Equal(400, (await grid.SendAsync(HttpMethod.Delete, $"{Contacts}?ids=1", null)).Code);
        Assert.Equal(404, (await grid.SendAsync(HttpMethod.Delete, $"v3/marketing/lists/{Guid.Empty}/contacts?contact_ids={Guid.Empty}", null)).Code);
    }

    [Fact]
    public async Task Fields_and_lists_are_made_and_paged()
    {
        await using var grid = await VendorSandbox.StartAsync("sendgrid");
        Assert.Equal(400, (await grid.PostAsync("v3/marketing/field_definitions", """{"name":"First_Name","field_type":"Text"}""")).Code);
        Assert.Equal(400, (await grid.PostAsync("v3/marketing/field_definitions", """{"name":"1st","field_type":"Text"}""")).Code);
        Assert.Equal(400, (await grid.PostAsync("v3/marketing/field_definitions", """{"name":"x","field_type":"Json"}""")).Code);
        Assert.Equal("e1_N", (await grid.PostAsync("v3/marketing/field_definitions", """{"name":"orders","field_type":"Number"}""")).Json.GetProperty("id").GetString());
        Assert.Equal("orders", (await grid.GetAsync("v3/marketing/field_definitions")).Json.GetProperty("custom_fields")[0].GetProperty("name").GetString());
        foreach (var name in new[] { "one", "two", "three" })
            Assert.Equal(201, (await grid.PostAsync("v3/marketing/lists", $$"""{"name":"{{name}}"}""")).Code);
        Assert.Equal(400, (await grid.PostAsync("v3/marketing/lists", """{"name":"one"}""")).Code);
        var first = (await grid.GetAsync("v3/marketing/lists?page_size=2")).Json;
        Assert.Equal(2, first.GetProperty("result").GetArrayLength());
        var next = new Uri(first.GetProperty("_metadata").GetProperty("next").GetString()!).PathAndQuery.Split("/acme/")[1];
        Assert.Equal("three", (await grid.GetAsync(next)).Json.GetProperty("result")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Credentials_and_throttling_are_told()
    {
        await using var grid = await VendorSandbox.StartAsync("sendgrid");
        Assert.Equal("599", (await grid.GetAsync($"{Contacts}/count")).Header("X-RateLimit-Remaining"));
        grid.Script(new ScriptAction { Trouble = VendorTrouble.Throttled, RetryAfter = 5 });
        var throttled = await grid.PutAsync(Contacts, """{"contacts":[{"email":"a@x.org"}]}""");
        Assert.Equal((429, "0"), (throttled.Code, throttled.Header("X-RateLimit-Remaining")));
        Assert.NotNull(throttled.Header("X-RateLimit-Reset"));
        grid.Authorization = "Bearer bad";
        Assert.Equal(401, (await grid.GetAsync($"{Contacts}/count")).Code);
    }

    private static async Task<string> PutAsync(VendorSandbox grid, string body)
    {
        var answer = await grid.PutAsync(Contacts, body);
        Assert.True(answer.Code == 202, answer.Text);
        return answer.Json.GetProperty("job_id").GetString()!;
    }
}
