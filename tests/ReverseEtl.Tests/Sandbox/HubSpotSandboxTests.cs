using System.Text.Json;

namespace ReverseEtl.Tests.Sandbox;

public sealed class HubSpotSandboxTests
{
    private const string Contacts = "crm/objects/2026-09/contacts/batch/";

    [Fact]
    public async Task Upsert_creates_then_updates_and_leaves_what_is_not_named()
    {
        await using var hubspot = await VendorSandbox.StartAsync("hubspot");
        var first = await hubspot.PostAsync(Contacts + "upsert",
            """{"inputs":[{"id":"k1","idProperty":"customer_id","objectWriteTraceId":"t1","properties":{"email":"A@X.org","firstname":"Ann"}}]}""");
        Assert.Equal(200, first.Code);
        var result = Assert.Single(first.Json.GetProperty("results").EnumerateArray());
        Assert.True(result.GetProperty("new").GetBoolean());
        Assert.Equal("t1", result.GetProperty("objectWriteTraceId").GetString());
        Assert.Equal("190", first.Header("X-HubSpot-RateLimit-Max"));

        var second = await hubspot.PostAsync(Contacts + "upsert",
            """{"inputs":[{"id":"k1","idProperty":"customer_id","properties":{"firstname":"","lastname":"Lee"}}]}""");
        Assert.False(Assert.Single(second.Json.GetProperty("results").EnumerateArray()).GetProperty("new").GetBoolean());
        var contact = Assert.Single(hubspot.Holding("contacts").Records);
        Assert.Equal(("k1", "a@x.org", null, "Lee"), (contact["customer_id"], contact["email"], contact["firstname"], contact["lastname"]));
    }

    [Fact]
    public async Task A_bad_row_stands_alone_with_trace_ids_and_takes_the_batch_down_without()
    {
        await using var hubspot = await VendorSandbox.StartAsync("hubspot");
        const string Rows = """{"id":"k1","idProperty":"customer_id","properties":{"email":"nonsense"}#1},{"id":"k2","idProperty":"customer_id","properties":{"email":"b@x.org"}#2}""";
        var traced = await hubspot.PostAsync(Contacts + "upsert",
            $$"""{"inputs":[{{Rows.Replace("#1", ""","objectWriteTraceId":"t1" """).Replace("#2", ""","objectWriteTraceId":"t2" """)}}]}""");
        Assert.Equal(207, traced.Code);
        var error = Assert.Single(traced.Json.GetProperty("errors").EnumerateArray());
        Assert.Equal("t1", error.GetProperty("context").GetProperty("objectWriteTraceId")[0].GetString());
        Assert.Contains("INVALID_EMAIL", error.GetProperty("message").GetString());
        Assert.Equal(["b@x.org"], hubspot.Values("contacts", "email"));

        var untraced = await hubspot.PostAsync(Contacts + "upsert", $$"""{"inputs":[{{Rows.Replace("#1", "").Replace("#2", "").Replace("k2", "k3")}}]}""");
        Assert.Equal((400, "VALIDATION_ERROR"), (untraced.Code, untraced.Json.GetProperty("category").GetString()));
        var byEmail = await hubspot.PostAsync(Contacts + "upsert",
            """{"inputs":[{"id":"nonsense","idProperty":"email","objectWriteTraceId":"1"},{"id":"c@x.org","idProperty":"email","objectWriteTraceId":"2"}]}""");
        Assert.Equal(400, byEmail.Code);
        Assert.Equal(1, hubspot.Holding("contacts").Count);
    }

    [Theory]
    [InlineData("""{"inputs":[{"id":"1","idProperty":"k","properties":{"unknown_x":"1"},"objectWriteTraceId":"t"}]}""", "PROPERTY_DOESNT_EXIST")]
    [InlineData("""{"inputs":[{"id":"1","idProperty":"k"},{"id":"1","idProperty":"k"}]}""", "Duplicate IDs")]
    [InlineData("""{"inputs":[{"id":"A@x.org","idProperty":"email"},{"id":"a@x.org","idProperty":"email"}]}""", "Duplicate IDs")]
    [InlineData("""{"inputs":[{"id":"1","idProperty":"hs_object_id"}]}""", "non-unique 0-1 property")]
    [InlineData("""{"inputs":[{"id":"1","properties":{}}]}""", "idProperty")]
    [InlineData("""{"inputs":[{"id":"1","idProperty":"k","properties":{"a":[1]}}]}""", "Cannot deserialize")]
    [InlineData("""{"inputs":{}}""", "inputs")]
    [InlineData("nonsense", "Invalid input JSON")]
    public async Task A_batch_that_is_wrong_is_refused_as_a_whole(string body, string message)
    {
        await using var hubspot = await VendorSandbox.StartAsync("hubspot");
        var reply = await hubspot.PostAsync(Contacts + "upsert", body);
        Assert.Equal((400, "VALIDATION_ERROR"), (reply.Code, reply.Json.GetProperty("category").GetString()));
        Assert.Contains(message, reply.Json.GetProperty("message").GetString());
        Assert.Empty(hubspot.Holdings);
    }

    [Fact]
    public async Task A_batch_has_a_hundred_inputs_at_the_most()
    {
        await using var hubspot = await VendorSandbox.StartAsync("hubspot");
        string Inputs(int count) => JsonSerializer.Serialize(new { inputs = Enumerable.Range(0, count).Select(id => new { id = $"{id}", idProperty = "k" }) });
        Assert.Equal(400, (await hubspot.PostAsync(Contacts + "upsert", Inputs(101))).Code);
        Assert.Equal(200, (await hubspot.PostAsync(Contacts + "upsert", Inputs(100))).Code);
        Assert.Equal(100, hubspot.Holding("contacts").Count);
    }

    [Fact]
    public async Task Create_update_read_and_archive()
    {
        await using var hubspot = await VendorSandbox.StartAsync("hubspot");
        var created = await hubspot.PostAsync("crm/objects/2026-09/companies/batch/create", """{"inputs":[{"properties":{"name":"Acme","domain":"acme.example"},"objectWriteTraceId":"a"}]}""");
        Assert.Equal(201, created.Code);
        var id = created.Json.GetProperty("results")[0].GetProperty("id").GetString();

        var updated = await hubspot.PostAsync("crm/objects/2026-09/0-2/batch/update", $$$"""{"inputs":[{"id":"{{{id}}}","properties":{"name":"Acme 2"}},{"id":"999","properties":{"name":"x"}}]}""");
        Assert.Equal(207, updated.Code);
        Assert.Equal("999", updated.Json.GetProperty("errors")[0].GetProperty("context").GetProperty("ids")[0].GetString());

        var read = await hubspot.PostAsync("crm/objects/2026-09/companies/batch/read", """{"properties":["name"],"idProperty":"domain","inputs":[{"id":"acme.example"},{"id":"other.example"}]}""");
        Assert.Equal(207, read.Code);
        Assert.Equal("Acme 2", read.Json.GetProperty("results")[0].GetProperty("properties").GetProperty("name").GetString());

        Assert.Equal(204, (await hubspot.PostAsync("crm/objects/2026-09/companies/batch/archive", $$"""{"inputs":[{"id":"{{id}}"},{"id":"999"}]}""")).Code);
        Assert.Empty(hubspot.Holdings);
    }

    [Fact]
    public async Task A_second_contact_with_an_email_is_a_conflict()
    {
        await using var hubspot = await VendorSandbox.StartAsync("hubspot");
        const string Body = """{"inputs":[{"properties":{"email":"a@x.org"}}]}""";
        Assert.Equal(201, (await hubspot.PostAsync(Contacts + "create", Body)).Code);
        var again = await hubspot.PostAsync(Contacts + "create", Body.Replace("a@", "A@"));
        Assert.Equal((409, "Contact already exists. Existing ID: 101"), (again.Code, again.Json.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Lists_are_made_found_and_filled()
    {
        await using var hubspot = await VendorSandbox.StartAsync("hubspot");
        var contacts = await hubspot.PostAsync(Contacts + "create", """{"inputs":[{"properties":{"email":"a@x.org"}},{"properties":{"email":"b@x.org"}}]}""");
        const string Vip = """{"name":"VIP customers","objectTypeId":"0-1","processingType":"MANUAL"}""";
        Assert.Equal(404, (await hubspot.GetAsync("crm/lists/2026-09/object-type-id/0-1/name/VIP%20customers")).Code);
        Assert.Equal("1", (await hubspot.PostAsync("crm/lists/2026-09", Vip)).Json.GetProperty("list").GetProperty("listId").GetString());
        Assert.Equal("ILS.DUPLICATE_LIST_NAMES", (await hubspot.PostAsync("crm/lists/2026-09", Vip)).Json.GetProperty("subCategory").GetString());
        Assert.Equal("1", (await hubspot.GetAsync("crm/lists/2026-09/object-type-id/0-1/name/VIP%20customers")).Json.GetProperty("list").GetProperty("listId").GetString());
        Assert.Equal(1, (await hubspot.PostAsync("crm/lists/2026-09/search", """{"query":"vip","processingTypes":["MANUAL"]}""")).Json.GetProperty("total").GetInt32());

        Assert.Equal(2, contacts.Json.GetProperty("results").GetArrayLength());
        var added = await hubspot.PutAsync("crm/lists/2026-09/1/memberships/add", """["101","102","7"]""");
        Assert.Equal("""{"recordIdsMissing":["7"],"recordIdsRemoved":[],"recordsIdsAdded":["101","102"]}""", added.Text);
        var changed = await hubspot.PutAsync("crm/lists/2026-09/1/memberships/add-and-remove", """{"recordIdsToAdd":["101"],"recordIdsToRemove":["102"]}""");
        Assert.Equal("""{"recordIdsMissing":[],"recordIdsRemoved":["102"],"recordsIdsAdded":[]}""", changed.Text);
        Assert.Equal(["a@x.org"], hubspot.Values("VIP customers", "email"));
        Assert.Equal(404, (await hubspot.PutAsync("crm/lists/2026-09/9/memberships/add", """["101"]""")).Code);
    }

    [Fact]
    public async Task No_token_no_type_no_json_and_no_such_path_are_refused()
    {
        await using var hubspot = await VendorSandbox.StartAsync("hubspot");
        Assert.Equal(400, (await hubspot.PostAsync("crm/objects/2026-09/unknown_things/batch/upsert", """{"inputs":[]}""")).Code);
        Assert.Equal(404, (await hubspot.GetAsync("crm/v9/nothing")).Code);
        Assert.Equal(415, (await hubspot.FormAsync(HttpMethod.Post, Contacts + "upsert", ("a", "b"))).Code);
        hubspot.Authorization = null;
        var reply = await hubspot.PostAsync(Contacts + "upsert", """{"inputs":[]}""");
        Assert.Equal((401, "INVALID_AUTHENTICATION"), (reply.Code, reply.Json.GetProperty("category").GetString()));
    }
}
