using ReverseEtl.Conformance;
using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.Tests.Sandbox;

public sealed class IntercomSandboxTests
{
    [Fact]
    public async Task Contacts_are_created_changed_found_archived_and_deleted()
    {
        await using var intercom = await VendorSandbox.StartAsync("intercom");
        var id = await CreateAsync(intercom, """{"external_id":"1","email":"a@x.org","name":"Ann","custom_attributes":{"plan":"pro","age":7}}""");
        var changed = await intercom.PutAsync($"contacts/{id}", """{"name":null,"custom_attributes":{"plan":null,"score":1.50}}""");
        Assert.Equal((200, """{"plan":null,"age":7,"score":1.50}"""), (changed.Code, changed.Json.GetProperty("custom_attributes").GetRawText()));
        var held = Assert.Single(intercom.Holding("contacts").Records);
        Assert.Equal(("1", "a@x.org", null, null, "7", id), (held["external_id"], held["email"], held["name"], held["plan"], held["age"], held["id"]));
        Assert.Equal(id, (await intercom.GetAsync("contacts/find_by_external_id/1")).Json.GetProperty("id").GetString());
        Assert.Equal(404, (await intercom.GetAsync("contacts/find_by_external_id/2")).Code);
        Assert.True((await intercom.PostAsync($"contacts/{id}/archive", "{}")).Json.GetProperty("archived").GetBoolean());
        Assert.Empty(intercom.Holdings);
        Assert.Equal(404, (await intercom.PutAsync($"contacts/{id}", """{"name":"x"}""")).Code);
        await intercom.PostAsync($"contacts/{id}/unarchive", "{}");
        Assert.Equal(200, (await intercom.GetAsync($"contacts/{id}")).Code);
        Assert.True((await DeleteAsync(intercom, $"contacts/{id}")).Json.GetProperty("deleted").GetBoolean());
        Assert.Equal(404, (await DeleteAsync(intercom, $"contacts/{id}")).Code);
    }

    [Fact]
    public async Task A_second_contact_with_the_same_details_is_a_conflict_that_names_the_first()
    {
        await using var intercom = await VendorSandbox.StartAsync("intercom");
        var first = await CreateAsync(intercom, """{"external_id":"1","email":"a@x.org"}""");
        await CreateAsync(intercom, """{"external_id":"2","email":"a@x.org"}""");
        var conflict = await intercom.PostAsync("contacts", """{"external_id":"1"}""");
        Assert.Equal((409, "conflict", $"A contact matching those details already exists with id={first}"), Error(conflict));
        Assert.Equal(409, (await intercom.PostAsync("contacts", """{"email":"A@x.org"}""")).Code);
        Assert.Equal(409, (await intercom.PutAsync($"contacts/{first}", """{"external_id":"2"}""")).Code);
        await intercom.PostAsync($"contacts/{first}/archive", "{}");
        Assert.Equal((409, "conflict", $"An archived contact matching those details already exists with id={first}"), Error(await intercom.PostAsync("contacts", """{"external_id":"1"}""")));
    }

    [Theory]
    [InlineData("""{"custom_attributes":{"unknown_x":1},"email":"a@x.org"}""", "parameter_invalid")]
    [InlineData("""{"email":"nonsense"}""", "parameter_invalid")]
    [InlineData("""{"email":"a@x.org","signed_up_at":"2026-01-01"}""", "parameter_invalid")]
    [InlineData("""{"email":"a@x.org","unsubscribed_from_emails":"true"}""", "parameter_invalid")]
    [InlineData("""{"email":"a@x.org","role":"boss"}""", "parameter_invalid")]
    [InlineData("""{"email":"a@x.org","colour":"red"}""", "bad_request")]
    [InlineData("""{"name":"Ann"}""", "parameter_not_found")]
    [InlineData("[]", "bad_request")]
    public async Task Contacts_that_make_no_sense_are_refused(string body, string code)
    {
        await using var intercom = await VendorSandbox.StartAsync("intercom");
        var reply = await intercom.PostAsync("contacts", body);
        Assert.Equal((400, code), (reply.Code, Error(reply).Code));
        Assert.Equal("error.list", reply.Json.GetProperty("type").GetString());
        Assert.True(reply.Json.GetProperty("request_id").TryGetGuid(out _));
    }

    [Fact]
    public async Task Contacts_are_searched_page_by_page()
    {
        await using var intercom = await VendorSandbox.StartAsync("intercom");
        foreach (var number in Enumerable.Range(1, 5))
            await CreateAsync(intercom, $$$"""{"external_id":"{{{number}}}","email":"u{{{number}}}@x.org","custom_attributes":{"even":{{{(number % 2 == 0 ? "true" : "false")}}}}}""");
        Assert.Equal(["2", "4"], await SearchAsync(intercom, """{"query":{"field":"custom_attributes.even","operator":"=","value":true}}"""));
        Assert.Equal(["1", "3"], await SearchAsync(intercom, """{"query":{"operator":"OR","value":[{"field":"external_id","operator":"=","value":"1"},{"field":"email","operator":"IN","value":["U3@x.org","no@x.org"]}]}}"""));
        Assert.Equal(["5"], await SearchAsync(intercom, """{"query":{"operator":"AND","value":[{"field":"external_id","operator":"NIN","value":["1","2","3","4"]},{"field":"email","operator":"$","value":"x.org"}]}}"""));
        const string All = """{"field":"email","operator":"~","value":"x.org"}""";
        var page = (await intercom.PostAsync("contacts/search", $$$"""{"query":{{{All}}},"pagination":{"per_page":3}}""")).Json;
        var after = page.GetProperty("pages").GetProperty("next").GetProperty("starting_after").GetString();
        Assert.Equal((3, 5), (page.GetProperty("data").GetArrayLength(), page.GetProperty("total_count").GetInt32()));
        Assert.Equal(["4", "5"], await SearchAsync(intercom, $$$"""{"query":{{{All}}},"pagination":{"per_page":3,"starting_after":"{{{after}}}"}}"""));
        var many = string.Join(",", Enumerable.Repeat(All, 16));
        Assert.Equal(400, (await intercom.PostAsync("contacts/search", $$$"""{"query":{"operator":"OR","value":[{{{many}}}]}}""")).Code);
        Assert.Equal(400, (await intercom.PostAsync("contacts/search", """{"query":{"field":"email","operator":"like","value":"x"}}""")).Code);
    }

    [Fact]
    public async Task Companies_are_known_by_the_callers_id_and_have_contacts()
    {
        await using var intercom = await VendorSandbox.StartAsync("intercom");
        var company = await IdAsync(intercom.PostAsync("companies", """{"company_id":"c1","name":"Acme","size":5,"plan":"gold","custom_attributes":{"tier":"a"}}"""));
        Assert.Equal(company, await IdAsync(intercom.PostAsync("companies", """{"company_id":"c1","name":"Acme Ltd"}""")));
        var held = Assert.Single(intercom.Holding("companies").Records);
        Assert.Equal(("Acme Ltd", "5", "gold", "a"), (held["name"], held["size"], held["plan"], held["tier"]));
        Assert.Equal(0, (await intercom.PostAsync("companies/list", "{}")).Json.GetProperty("total_count").GetInt32());
        Assert.Equal(company, (await intercom.GetAsync("companies?company_id=c1")).Json.GetProperty("data")[0].GetProperty("id").GetString());
        Assert.Equal((404, "company_not_found", "Company Not Found"), Error(await intercom.GetAsync("companies?company_id=c2")));

        var contact = await CreateAsync(intercom, """{"external_id":"1"}""");
        Assert.Equal(1, (await intercom.PostAsync($"contacts/{contact}/companies", $$"""{"id":"{{company}}"}""")).Json.GetProperty("user_count").GetInt32());
        Assert.Equal(["1"], intercom.Values("c1", "external_id"));
        Assert.Equal(1, (await intercom.PostAsync("companies/list", "{}")).Json.GetProperty("total_count").GetInt32());
        Assert.Equal((400, "parameter_not_found", "company not specified"), Error(await intercom.PostAsync($"contacts/{contact}/companies", "{}")));
        Assert.Equal(404, (await intercom.PostAsync($"contacts/{contact}/companies", """{"id":"x"}""")).Code);
        Assert.Equal(200, (await DeleteAsync(intercom, $"contacts/{contact}/companies/{company}")).Code);
        Assert.Equal(404, (await DeleteAsync(intercom, $"contacts/{contact}/companies/{company}")).Code);
        Assert.True((await DeleteAsync(intercom, $"companies/{company}")).Json.GetProperty("deleted").GetBoolean());
        Assert.Equal(404, (await intercom.GetAsync($"companies/{company}")).Code);
    }

    [Fact]
    public async Task Companies_that_make_no_sense_are_refused()
    {
        await using var intercom = await VendorSandbox.StartAsync("intercom");
        Assert.Equal((400, "bad_request", "bad 'test' parameter"), Error(await intercom.PostAsync("companies", """{"test":"invalid"}""")));
        Assert.Equal(400, (await intercom.PostAsync("companies", """{"name":"x"}""")).Code);
        Assert.Equal(400, (await intercom.PostAsync("companies", """{"company_id":"c","size":"5"}""")).Code);
        Assert.Equal((400, "parameter_invalid", "Custom attribute 'unknown' does not exist"), Error(await intercom.PostAsync("companies", """{"company_id":"c","custom_attributes":{"unknown":1}}""")));
    }

    [Fact]
    public async Task Tags_are_made_once_and_put_on_contacts()
    {
        await using var intercom = await VendorSandbox.StartAsync("intercom");
        var contact = await CreateAsync(intercom, """{"external_id":"1"}""");
        var other = await CreateAsync(intercom, """{"external_id":"2"}""");
        var tag = await IdAsync(intercom.PostAsync("tags", """{"name":"VIP"}"""));
        Assert.Equal(tag, await IdAsync(intercom.PostAsync("tags", """{"name":"vip"}""")));
        Assert.Equal("vip", (await intercom.GetAsync("tags")).Json.GetProperty("data")[0].GetProperty("name").GetString());
        Assert.Equal(200, (await intercom.PostAsync($"contacts/{contact}/tags", $$"""{"id":"{{tag}}"}""")).Code);
        Assert.Equal(200, (await intercom.PostAsync("tags", $$"""{"name":"vip","users":[{"id":"{{other}}"},{"id":"{{contact}}","untag":true}]}""")).Code);
        Assert.Equal(["2"], intercom.Values("vip", "external_id"));
        Assert.Equal(["2"], await SearchAsync(intercom, $$$"""{"query":{"field":"tag_id","operator":"=","value":"{{{tag}}}"}}"""));
        Assert.Equal(200, (await DeleteAsync(intercom, $"contacts/{other}/tags/{tag}")).Code);
        Assert.Equal((404, "not_found", "Resource Not Found"), Error(await DeleteAsync(intercom, $"contacts/{other}/tags/{tag}")));
        Assert.Equal((404, "not_found", "User Not Found"), Error(await intercom.PostAsync("contacts/x/tags", $$"""{"id":"{{tag}}"}""")));
        Assert.Equal((404, "not_found", "Resource Not Found"), Error(await intercom.PostAsync($"contacts/{contact}/tags", """{"id":"99"}""")));
        Assert.Equal((400, "parameter_invalid", "invalid tag parameters"), Error(await intercom.PostAsync("tags", """{"test":"invalid"}""")));
    }

    [Fact]
    public async Task Data_attributes_are_made_and_listed()
    {
        await using var intercom = await VendorSandbox.StartAsync("intercom");
        const string Plan = """{"name":"plan","model":"contact","data_type":"string"}""";
        Assert.Equal("custom_attributes.plan", (await intercom.PostAsync("data_attributes", Plan)).Json.GetProperty("full_name").GetString());
        Assert.Equal(400, (await intercom.PostAsync("data_attributes", Plan)).Code);
        Assert.Equal(400, (await intercom.PostAsync("data_attributes", Plan.Replace("string", "mithril"))).Code);
        var names = (await intercom.GetAsync("data_attributes?model=contact")).Json.GetProperty("data").EnumerateArray().Select(attribute => attribute.GetProperty("name").GetString()).ToList();
        Assert.Equal((true, true, false), (names.Contains("plan"), names.Contains("email"), names.Contains("company_id")));
        Assert.Equal(422, (await intercom.GetAsync("data_attributes?model=conversation")).Code);
    }

    [Fact]
    public async Task Credentials_versions_and_media_types_are_checked()
    {
        await using var intercom = await VendorSandbox.StartAsync("intercom");
        Assert.Equal(415, (await intercom.FormAsync(HttpMethod.Post, "contacts", ("email", "a@x.org"))).Code);
        Assert.Equal("acme", (await intercom.GetAsync("me")).Json.GetProperty("app").GetProperty("name").GetString());
        intercom.Authorization = "Bearer bad";
        Assert.Equal((401, "unauthorized", "Access Token Invalid"), Error(await intercom.GetAsync("me")));
        intercom.Authorization = null;
        Assert.Equal(401, (await intercom.GetAsync("me")).Code);
    }

    [Fact]
    public async Task Throttling_tells_the_time_of_the_reset_and_a_refused_row_is_found_by_the_path_too()
    {
        var time = new ManualTime();
        await using var intercom = await VendorSandbox.StartAsync("intercom", time: time);
        var contact = await CreateAsync(intercom, """{"external_id":"1","email":"a@x.org"}""");
        intercom.Script(new() { Trouble = VendorTrouble.Throttled, RetryAfter = 9 });
        var throttled = await intercom.PostAsync("contacts", """{"external_id":"2"}""");
        Assert.Equal((429, "0", $"{time.GetUtcNow().ToUnixTimeSeconds() + 9}"), (throttled.Code, throttled.Header("X-RateLimit-Remaining"), throttled.Header("X-RateLimit-Reset")));
        intercom.Script(new() { RejectKeys = ["a@x.org"], Message = "no" });
        Assert.Equal(200, (await intercom.PostAsync("contacts", """{"external_id":"2"}""")).Code);
        Assert.Equal((400, "parameter_invalid", "no"), Error(await intercom.PutAsync($"contacts/{contact}", """{"name":"x"}""")));
        Assert.Equal("1665", (await intercom.GetAsync("me")).Header("X-RateLimit-Remaining"));
    }

    private static async Task<string> CreateAsync(VendorSandbox intercom, string body) => await IdAsync(intercom.PostAsync("contacts", body));

    private static async Task<string> IdAsync(Task<Reply> asked)
    {
        var reply = await asked;
        Assert.True(reply.Code == 200, reply.Text);
        return reply.Json.GetProperty("id").GetString()!;
    }

    private static Task<Reply> DeleteAsync(VendorSandbox intercom, string path) => intercom.SendAsync(HttpMethod.Delete, path, null);

    private static async Task<string[]> SearchAsync(VendorSandbox intercom, string body) =>
        [.. (await intercom.PostAsync("contacts/search", body)).Json.GetProperty("data").EnumerateArray().Select(contact => contact.GetProperty("external_id").GetString()!)];

    private static (int Status, string Code, string Message) Error(Reply reply)
    {
        var error = reply.Json.GetProperty("errors")[0];
        return (reply.Code, error.GetProperty("code").GetString()!, error.GetProperty("message").GetString()!);
    }
}
