using System.Text;
using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.Tests.Sandbox;

public sealed class SalesforceSandboxTests
{
    private const string Data = "services/data/v67.0/";
    private const string Contacts = Data + "composite/sobjects/Contact/Customer_Id__c";

    [Fact]
    public async Task The_login_gives_a_token_and_the_address()
    {
        await using var org = await VendorSandbox.StartAsync("salesforce");
        var token = await TokenAsync(org);
        Assert.Equal(new Uri(org.Server.Url, $"salesforce/{VendorSandbox.Account}").ToString(), token.Json.GetProperty("instance_url").GetString());
        Assert.Equal("67.0", (await org.GetAsync("services/data")).Json.EnumerateArray().Last().GetProperty("version").GetString());
        var refused = await org.GetAsync(Data + "limits");
        Assert.Equal((401, "INVALID_SESSION_ID"), (refused.Code, refused.Json[0].GetProperty("errorCode").GetString()));
        org.Authorization = $"Bearer {token.Json.GetProperty("access_token").GetString()}";
        var limits = await org.GetAsync(Data + "limits");
        Assert.Equal(200, limits.Code);
        Assert.Matches(@"^api-usage=\d+/100000$", limits.Header("Sforce-Limit-Info"));
        var wrong = await org.FormAsync(HttpMethod.Post, "services/oauth2/token", ("grant_type", "client_credentials"), ("client_id", "c"), ("client_secret", "bad"));
        Assert.Equal((400, "invalid_client"), (wrong.Code, wrong.Json.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task Collections_are_upserted_in_order_and_bad_rows_stand_alone()
    {
        await using var org = await StartAsync();
        var first = await UpsertAsync(org, """{"Customer_Id__c":"1","LastName":"Lee","Email":"a@x.org"}""", """{"Customer_Id__c":"2"}""",
            """{"Customer_Id__c":"3","LastName":"Kim","Email":"nonsense"}""", """{"Customer_Id__c":"4","LastName":"Ito","Unknown__c":"x"}""", """{"LastName":"Ek"}""");
        Assert.Equal(200, first.Code);
        Assert.Equal(["", "REQUIRED_FIELD_MISSING", "INVALID_EMAIL_ADDRESS", "INVALID_FIELD", "MISSING_ARGUMENT"], Codes(first));
        Assert.True(first.Json[0].GetProperty("created").GetBoolean());

        var second = await UpsertAsync(org, """{"Customer_Id__c":"1","Email":null,"FirstName":"Ann"}""", """{"Customer_Id__c":"1","FirstName":"Bo"}""");
        Assert.Equal(["", "DUPLICATE_VALUE"], Codes(second));
        Assert.Equal((first.Json[0].GetProperty("id").GetString(), false), (second.Json[0].GetProperty("id").GetString(), second.Json[0].GetProperty("created").GetBoolean()));
        var contact = Assert.Single(org.Holding("Contact").Records);
        Assert.Equal(("Lee", "Ann", null), (contact["LastName"], contact["FirstName"], contact["Email"]));
    }

    [Fact]
    public async Task All_or_none_is_none_where_one_is_wrong()
    {
        await using var org = await StartAsync();
        await UpsertAsync(org, """{"Customer_Id__c":"1","LastName":"Lee"}""");
        var reply = await org.SendAsync(HttpMethod.Patch, Contacts, VendorSandbox.Json(
            """{"allOrNone":true,"records":[{"attributes":{"type":"Contact"},"Customer_Id__c":"1","LastName":"x"},{"attributes":{"type":"Contact"},"Customer_Id__c":"2","LastName":"y"},{"attributes":{"type":"Contact"},"Customer_Id__c":"3"}]}"""));
        Assert.Equal(["ALL_OR_NONE_OPERATION_ROLLED_BACK", "ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"], Codes(reply));
        Assert.Equal(["Lee"], org.Values("Contact", "LastName"));
    }

    [Fact]
    public async Task Insert_update_delete_and_the_limits()
    {
        await using var org = await StartAsync();
        var inserted = await org.PostAsync(Data + "composite/sobjects", """{"allOrNone":false,"records":[{"attributes":{"type":"Account"},"Name":"Acme"},{"attributes":{"type":"Thing__c"},"Name":"T"},{"attributes":{"type":"Nothing"},"Name":"N"}]}""");
        Assert.Equal(["", "", "INVALID_TYPE"], Codes(inserted));
        var id = inserted.Json[0].GetProperty("id").GetString();
        Assert.Equal(18, id!.Length);
        var updated = await org.SendAsync(HttpMethod.Patch, Data + "composite/sobjects", VendorSandbox.Json($$"""{"records":[{"attributes":{"type":"Account"},"Id":"{{id}}","Name":"Acme 2"},{"attributes":{"type":"Account"},"Id":"001x","Name":"x"}]}"""));
        Assert.Equal(["", "INVALID_CROSS_REFERENCE_KEY"], Codes(updated));
        Assert.Equal(["Acme 2"], org.Values("Account", "Name"));
        Assert.Equal(["", "INVALID_CROSS_REFERENCE_KEY"], Codes(await org.SendAsync(HttpMethod.Delete, $"{Data}composite/sobjects?ids={id},{id}&allOrNone=false", null)));
        var many = await UpsertAsync(org, [.. Enumerable.Range(0, 201).Select(at => $$"""{"Customer_Id__c":"{{at}}","LastName":"x"}""")]);
        Assert.Equal((400, "EXCEEDED_ID_LIMIT"), (many.Code, many.Json[0].GetProperty("errorCode").GetString()));
        Assert.Equal(404, (await org.SendAsync(HttpMethod.Patch, Data + "composite/sobjects/Contact/LastName", VendorSandbox.Json("""{"records":[]}"""))).Code);
    }

    [Fact]
    public async Task Campaign_members_need_a_contact_and_are_there_once()
    {
        await using var org = await StartAsync();
        await UpsertAsync(org, """{"Customer_Id__c":"1","LastName":"Lee"}""");
        const string Member = """{"records":[{"attributes":{"type":"CampaignMember"},"CampaignId":"701000000000001AAA","Contact":{"Customer_Id__c":"1"}},{"attributes":{"type":"CampaignMember"},"CampaignId":"701000000000001AAA","Contact":{"Customer_Id__c":"9"}}]}""";
        Assert.Equal(["", "INVALID_FIELD"], Codes(await org.PostAsync(Data + "composite/sobjects", Member)));
        Assert.Equal(["DUPLICATE_VALUE", "INVALID_FIELD"], Codes(await org.PostAsync(Data + "composite/sobjects", Member)));
        Assert.Equal(["1"], org.Values("701000000000001AAA", "Customer_Id__c"));
    }

    [Fact]
    public async Task Queries_find_and_describe_tells_the_fields()
    {
        await using var org = await StartAsync();
        await UpsertAsync(org, """{"Customer_Id__c":"1","LastName":"O'Neil"}""", """{"Customer_Id__c":"2","LastName":"Lee"}""", """{"Customer_Id__c":"3","LastName":"Kim"}""");
        Task<Reply> QueryAsync(string soql) => org.GetAsync($"{Data}query?q={Uri.EscapeDataString(soql)}");
        var found = await QueryAsync("SELECT Id, Customer_Id__c FROM Contact WHERE Customer_Id__c IN ('1', '3') AND LastName = 'o\\'neil'");
        Assert.Equal((1, true), (found.Json.GetProperty("totalSize").GetInt32(), found.Json.GetProperty("done").GetBoolean()));
        Assert.Equal("1", found.Json.GetProperty("records")[0].GetProperty("Customer_Id__c").GetString());
        Assert.Equal(2, (await QueryAsync("select Id from Contact where LastName != 'lee' limit 5")).Json.GetProperty("totalSize").GetInt32());
        Assert.Equal("MALFORMED_QUERY", (await QueryAsync("SELECT Id FROM Contact WHERE")).Json[0].GetProperty("errorCode").GetString());
        Assert.Equal("INVALID_FIELD", (await QueryAsync("SELECT Nonsense FROM Contact")).Json[0].GetProperty("errorCode").GetString());
        var describe = await org.GetAsync(Data + "sobjects/contact/describe");
        Assert.Contains(describe.Json.GetProperty("fields").EnumerateArray(), field => field.GetProperty("name").GetString() == "Customer_Id__c" && field.GetProperty("externalId").GetBoolean());
        Assert.Equal(404, (await org.GetAsync(Data + "sobjects/Nothing/describe")).Code);
    }

    [Fact]
    public async Task A_long_result_comes_in_pages()
    {
        await using var org = await StartAsync();
        for (var page = 0; page < 11; page++)
            await UpsertAsync(org, [.. Enumerable.Range(page * 200, 200).Select(at => $$"""{"Customer_Id__c":"{{at}}","LastName":"x"}""")]);
        var first = await org.GetAsync($"{Data}query?q={Uri.EscapeDataString("SELECT Id FROM Contact")}");
        Assert.Equal((2200, false, 2000), (first.Json.GetProperty("totalSize").GetInt32(), first.Json.GetProperty("done").GetBoolean(), first.Json.GetProperty("records").GetArrayLength()));
        var rest = await org.GetAsync(first.Json.GetProperty("nextRecordsUrl").GetString()![1..]);
        Assert.Equal((true, 200), (rest.Json.GetProperty("done").GetBoolean(), rest.Json.GetProperty("records").GetArrayLength()));
    }

    [Fact]
    public async Task A_bulk_job_runs_its_course()
    {
        await using var org = await StartAsync();
        await UpsertAsync(org, """{"Customer_Id__c":"1","LastName":"Lee","FirstName":"Ann","Email":"a@x.org"}""");
        org.Script(new() { RejectKeys = ["4"], Code = "FIELD_CUSTOM_VALIDATION_EXCEPTION", Message = "no" });
        var job = await CreateJobAsync(org);
        Assert.Equal(201, (await UploadAsync(org, job, "Customer_Id__c,LastName,FirstName,Email\n1,\"Lee, \"\"jr\"\"\",,#N/A\n2,Kim,Bo,\n3,,x,\n4,Ito,,\n")).Code);
        Assert.Equal("UploadComplete", (await CloseAsync(org, job)).Json.GetProperty("state").GetString());
        Assert.Equal("InProgress", (await org.GetAsync(job)).Json.GetProperty("state").GetString());
        var done = await org.GetAsync(job);
        Assert.Equal(("JobComplete", 4, 2), (done.Json.GetProperty("state").GetString(), done.Json.GetProperty("numberRecordsProcessed").GetInt32(), done.Json.GetProperty("numberRecordsFailed").GetInt32()));

        var successful = (await org.GetAsync(job + "/successfulResults")).Text.Split('\n');
        Assert.Equal("\"sf__Id\",\"sf__Created\",\"Customer_Id__c\",\"LastName\",\"FirstName\",\"Email\"", successful[0]);
        Assert.EndsWith("\"false\",\"1\",\"Lee, \"\"jr\"\"\",\"\",\"#N/A\"", successful[1]);
        Assert.Contains("\"true\",\"2\"", successful[2]);
        var failed = (await org.GetAsync(job + "/failedResults")).Text.Split('\n');
        Assert.StartsWith("\"\",\"REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --\",\"3\"", failed[1]);
        Assert.StartsWith("\"\",\"FIELD_CUSTOM_VALIDATION_EXCEPTION:no:--\",\"4\"", failed[2]);
        var contact = org.Holding("Contact").Records.Single(record => record["Customer_Id__c"] == "1");
        Assert.Equal(("Lee, \"jr\"", "Ann", null), (contact["LastName"], contact["FirstName"], contact["Email"]));
    }

    [Fact]
    public async Task A_bulk_job_that_cannot_be_read_fails_and_its_rows_are_unprocessed()
    {
        await using var org = await StartAsync();
        var job = await CreateJobAsync(org);
        Assert.Equal(415, (await org.SendAsync(HttpMethod.Put, job + "/batches", VendorSandbox.Json("{}"))).Code);
        await UploadAsync(org, job, "Customer_Id__c,Nonsense\n1,2\n");
        Assert.Equal("INVALIDJOBSTATE", (await UploadAsync(org, job, "x")).Json[0].GetProperty("errorCode").GetString());
        await CloseAsync(org, job);
        await org.GetAsync(job);
        var done = await org.GetAsync(job);
        Assert.Equal("Failed", done.Json.GetProperty("state").GetString());
        Assert.Contains("Nonsense", done.Json.GetProperty("errorMessage").GetString());
        Assert.Equal("\"Customer_Id__c\",\"Nonsense\"\n\"1\",\"2\"\n", (await org.GetAsync(job + "/unprocessedrecords")).Text);
        Assert.Equal(400, (await org.PostAsync(Data + "jobs/ingest", """{"object":"Contact","operation":"upsert"}""")).Code);
        Assert.Equal(404, (await org.GetAsync(Data + "jobs/ingest/7501")).Code);
    }

    [Fact]
    public async Task Too_many_requests_are_a_403()
    {
        await using var org = await StartAsync();
        org.Script(new() { Trouble = VendorTrouble.Throttled });
        var throttled = await UpsertAsync(org, """{"Customer_Id__c":"1","LastName":"Lee"}""");
        Assert.Equal((403, "REQUEST_LIMIT_EXCEEDED", "api-usage=100000/100000"),
            (throttled.Code, throttled.Json[0].GetProperty("errorCode").GetString(), throttled.Header("Sforce-Limit-Info")));
        org.Script(new() { RejectKeys = ["2"], Code = "FIELD_CUSTOM_VALIDATION_EXCEPTION" });
        Assert.Equal(["", "FIELD_CUSTOM_VALIDATION_EXCEPTION"], Codes(await UpsertAsync(org, """{"Customer_Id__c":"1","LastName":"Lee"}""", """{"Customer_Id__c":"2","LastName":"Kim"}""")));
    }

    private static async Task<VendorSandbox> StartAsync()
    {
        var org = await VendorSandbox.StartAsync("salesforce");
        org.Authorization = $"Bearer {(await TokenAsync(org)).Json.GetProperty("access_token").GetString()}";
        return org;
    }

    private static Task<Reply> TokenAsync(VendorSandbox org) =>
        org.FormAsync(HttpMethod.Post, "services/oauth2/token", ("grant_type", "client_credentials"), ("client_id", "c"), ("client_secret", "s"));

    private static Task<Reply> UpsertAsync(VendorSandbox org, params string[] records) => org.SendAsync(HttpMethod.Patch, Contacts, VendorSandbox.Json(
        $$"""{"allOrNone":false,"records":[{{string.Join(",", records.Select(record => """{"attributes":{"type":"Contact"},""" + record[1..]))}}]}"""));

    private static string[] Codes(Reply reply) => [.. reply.Json.EnumerateArray().Select(result =>
        result.GetProperty("success").GetBoolean() ? "" : result.GetProperty("errors")[0].GetProperty("statusCode").GetString()!)];

    private static async Task<string> CreateJobAsync(VendorSandbox org)
    {
        var job = await org.PostAsync(Data + "jobs/ingest", """{"object":"Contact","operation":"upsert","externalIdFieldName":"Customer_Id__c","contentType":"CSV","lineEnding":"LF"}""");
        Assert.Equal("Open", job.Json.GetProperty("state").GetString());
        return $"{Data}jobs/ingest/{job.Json.GetProperty("id").GetString()}";
    }

    private static Task<Reply> UploadAsync(VendorSandbox org, string job, string csv) =>
        org.SendAsync(HttpMethod.Put, job + "/batches", new StringContent(csv, Encoding.UTF8, "text/csv"));

    private static Task<Reply> CloseAsync(VendorSandbox org, string job) =>
        org.SendAsync(HttpMethod.Patch, job, VendorSandbox.Json("""{"state":"UploadComplete"}"""));
}
