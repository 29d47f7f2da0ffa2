using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReverseEtl.Conformance;
using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.Tests.Sandbox;

public sealed class GoogleSandboxTests
{
    private const string Destinations = """[{"operatingAccount":{"accountType":"GOOGLE_ADS","accountId":"111"},"productDestinationId":"222"}]""";
    private const string Terms = """{"customerMatchTermsOfServiceStatus":"ACCEPTED"}""";

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private static string Hex(string text) => Convert.ToHexStringLower(Hash(text));

    [Fact]
    public async Task Members_are_added_and_removed_in_either_encoding()
    {
        await using var google = await StartAsync();
        var added = await google.PostAsync("v1/audienceMembers:ingest", Ingest(User(Email(Hex("a")), Phone(Hex("1"))), User(Email(Hex("b")))));
        Assert.Equal(200, added.Code);
        Assert.Equal(new[] { Hex("a"), Hex("b") }.Order(), google.Values("222", "email_address"));
        Assert.Equal(200, (await google.PostAsync("v1/audienceMembers:remove",
            $$"""{"destinations":{{Destinations}},"encoding":"BASE64","audience_members":[{{User(Email(Convert.ToBase64String(Hash("a"))))}}]}""")).Code);
        Assert.Equal([Hex("b")], google.Values("222", "email_address"));
        Assert.Equal(200, (await google.PostAsync("v1/audienceMembers:removeAll", $$"""{"destinations":{{Destinations}}}""")).Code);
        Assert.Empty(google.Holdings);
    }

    [Fact]
    public async Task A_request_is_worked_off_later_and_its_status_tells_counts()
    {
        await using var google = await StartAsync();
        const string Denied = ""","consent":{"adUserData":"CONSENT_DENIED"}}""";
        var accepted = await google.PostAsync("v1/audienceMembers:ingest", Ingest(User(Email(Hex("a"))), User(Email(Hex("b")))[..^1] + Denied));
        var path = $"v1/requestStatus:retrieve?requestId={accepted.Json.GetProperty("requestId").GetString()}";
        async Task<JsonElement> StatusAsync() => (await google.GetAsync(path)).Json.GetProperty("requestStatusPerDestination")[0];
        Assert.Equal("PROCESSING", (await StatusAsync()).GetProperty("requestStatus").GetString());
        var done = await StatusAsync();
        Assert.Equal("PARTIAL_SUCCESS", done.GetProperty("requestStatus").GetString());
        Assert.Equal("""{"errorCounts":[{"recordCount":"1","reason":"PROCESSING_ERROR_REASON_DENIED_CONSENT"}]}""", done.GetProperty("errorInfo").GetRawText());
        Assert.Equal("2", done.GetProperty("audienceMembersIngestionStatus").GetProperty("userDataIngestionStatus").GetProperty("recordCount").GetString());
        Assert.Equal([Hex("a")], google.Values("222", "email_address"));
        Assert.Equal("INVALID_REQUEST_ID", Reason(await google.GetAsync("v1/requestStatus:retrieve?requestId=x")));
    }

    [Theory]
    [InlineData("""{"emailAddress":"a@x.org"}""", "INVALID_HEX_ENCODING")]
    [InlineData("""{"emailAddress":"abcd"}""", "INVALID_SHA256_FORMAT")]
    [InlineData("""{"phoneNumber":"+4512345678"}""", "INVALID_HEX_ENCODING")]
    [InlineData("{}", "NO_IDENTIFIERS_PROVIDED")]
    public async Task A_malformed_member_takes_the_request_down_and_is_named(string identifier, string reason)
    {
        await using var google = await StartAsync();
        var reply = await google.PostAsync("v1/audienceMembers:ingest", Ingest(User(Email(Hex("a"))), User(identifier)));
        Assert.Equal((400, reason), (reply.Code, Reason(reply)));
        Assert.StartsWith("audience_members[1].user_data.user_identifiers[0]", Violation(reply).GetProperty("field").GetString());
        Assert.Empty(google.Holdings);
    }

    [Fact]
    public async Task Limits_encodings_destinations_and_terms_are_checked()
    {
        await using var google = await StartAsync();
        async Task<string?> ReasonAsync(string body) => Reason(await google.PostAsync("v1/audienceMembers:ingest", body));
        var user = User(Email(Hex("a")));
        Assert.Equal("TOO_MANY_AUDIENCE_MEMBERS", await ReasonAsync(Ingest([.. Enumerable.Repeat(user, 10_001)])));
        Assert.Equal("TOO_MANY_USER_IDENTIFIERS", await ReasonAsync(Ingest(User([.. Enumerable.Repeat(Email(Hex("a")), 11)]))));
        Assert.Equal("REQUIRED_FIELD_MISSING", await ReasonAsync(Ingest(user).Replace("HEX", "ENCODING_UNSPECIFIED")));
        Assert.Equal("REQUIRED_FIELD_MISSING", await ReasonAsync(Ingest(user).Replace("\"222\"", "\"\"")));
        Assert.Equal("INVALID_USER_LIST_ID", await ReasonAsync(Ingest(user).Replace("\"222\"", "\"4041\"")));
        var rejected = await google.PostAsync("v1/audienceMembers:ingest", Ingest(user).Replace("ACCEPTED", "REJECTED"));
        Assert.Equal((403, "TERMS_AND_CONDITIONS_NOT_SIGNED"), (rejected.Code, rejected.Json.GetProperty("error").GetProperty("details")[0].GetProperty("reason").GetString()));
        Assert.Empty(google.Holdings);
    }

    [Theory]
    [InlineData("\"encoding\":\"HEX\"", "\"encoding\":\"HEX\",\"nonsense\":1", "Unknown name \"nonsense\"")]
    [InlineData("\"encoding\":\"HEX\"", "\"encoding\":\"hex\"", "Invalid value at 'encoding'")]
    [InlineData("\"productDestinationId\":\"222\"", "\"productDestinationId\":222", "Invalid value at 'destinations[0].product_destination_id' (TYPE_STRING)")]
    [InlineData("\"emailAddress\"", "\"phoneNumber\":\"1\",\"emailAddress\"", "oneof")]
    public async Task Json_that_is_not_of_the_message_is_refused(string part, string instead, string message)
    {
        await using var google = await StartAsync();
        var reply = await google.PostAsync("v1/audienceMembers:ingest", Ingest(User(Email(Hex("a")))).Replace(part, instead));
        Assert.Equal((400, "INVALID_ARGUMENT"), (reply.Code, reply.Json.GetProperty("error").GetProperty("status").GetString()));
        Assert.Contains(message, reply.Json.GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        await using var google = await StartAsync();
        var reply = await google.PostAsync("v1/audienceMembers:ingest", Ingest(User(Email(Hex("a")))).Replace("\"encoding\"", "\"validateOnly\":true,\"encoding\""));
        Assert.Equal((200, "{}"), (reply.Code, reply.Text));
        Assert.Empty(google.Holdings);
    }

    [Fact]
    public async Task User_lists_are_made_and_found()
    {
        await using var google = await StartAsync();
        const string Lists = "v1/accountTypes/GOOGLE_ADS/accounts/111/userLists";
        const string Vip = """{"displayName":"VIP","membershipDuration":"2592000s","ingestedUserListInfo":{"uploadKeyTypes":["CONTACT_ID"],"contactIdInfo":{"dataSourceType":"DATA_SOURCE_TYPE_FIRST_PARTY"}}}""";
        var created = await google.PostAsync(Lists, Vip);
        var id = created.Json.GetProperty("id").GetString();
        Assert.Equal($"accountTypes/GOOGLE_ADS/accounts/111/userLists/{id}", created.Json.GetProperty("name").GetString());
        Assert.Equal("DISPLAY_NAME_ALREADY_USED", Reason(await google.PostAsync(Lists, Vip)));
        Assert.Equal("REQUIRED_FIELD_MISSING", Reason(await google.PostAsync(Lists, """{"displayName":"x"}""")));
        Assert.Equal(id, (await google.GetAsync($"{Lists}?filter={Uri.EscapeDataString("display_name = \"VIP\"")}")).Json.GetProperty("userLists")[0].GetProperty("id").GetString());
        Assert.Equal("{}", (await google.GetAsync($"{Lists}?filter={Uri.EscapeDataString("display_name = \"other\"")}")).Text);
        Assert.Equal(200, (await google.GetAsync($"{Lists}/{id}")).Code);
        Assert.Equal(404, (await google.GetAsync($"{Lists}/1")).Code);
        await google.PostAsync("v1/audienceMembers:ingest", Ingest(User(Email(Hex("a")))).Replace("\"222\"", $"\"{id}\""));
        Assert.Equal(1, google.Holding("VIP").Count);
    }

    [Fact]
    public async Task A_token_is_good_for_an_hour_and_comes_for_an_assertion_or_a_refresh_token()
    {
        var time = new ManualTime();
        await using var google = await StartAsync(time);
        Assert.Equal(200, (await google.PostAsync("v1/audienceMembers:removeAll", $$"""{"destinations":{{Destinations}}}""")).Code);
        time.Advance(TimeSpan.FromHours(1));
        var expired = await google.PostAsync("v1/audienceMembers:removeAll", $$"""{"destinations":{{Destinations}}}""");
        Assert.Equal((401, "UNAUTHENTICATED"), (expired.Code, expired.Json.GetProperty("error").GetProperty("status").GetString()));

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        Task<Reply> AssertAsync(object claims) => google.FormAsync(HttpMethod.Post, "token",
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", Jwt(claims)));
        var token = await AssertAsync(new { iss = "a@b", scope = "https://www.googleapis.com/auth/datamanager", aud = "https://oauth2.googleapis.com/token", iat = now, exp = now + 3600 });
        google.Authorization = $"Bearer {token.Json.GetProperty("access_token").GetString()}";
        Assert.Equal(200, (await google.PostAsync("v1/audienceMembers:removeAll", $$"""{"destinations":{{Destinations}}}""")).Code);
        var late = await AssertAsync(new { iss = "a@b", scope = "s", aud = "https://oauth2.googleapis.com/token", iat = now - 9000, exp = now - 5400 });
        Assert.Equal((400, "invalid_grant"), (late.Code, late.Json.GetProperty("error").GetString()));
        Assert.Equal(400, (await AssertAsync(new { iss = "a@b", scope = "s", aud = "https://other.example", iat = now, exp = now + 60 })).Code);
        Assert.Equal("unsupported_grant_type", (await google.FormAsync(HttpMethod.Post, "token", ("grant_type", "password"))).Json.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Trouble_is_a_status_of_googles_and_a_refused_row_is_named_or_counted()
    {
        await using var google = await StartAsync();
        google.Script(new() { Trouble = VendorTrouble.Throttled });
        var throttled = await google.PostAsync("v1/audienceMembers:ingest", Ingest(User(Email(Hex("a")))));
        Assert.Equal((429, "RESOURCE_EXHAUSTED"), (throttled.Code, throttled.Json.GetProperty("error").GetProperty("status").GetString()));
        google.Script(new() { RejectKeys = ["b"] });
        var named = await google.PostAsync("v1/audienceMembers:ingest", Ingest(User(Email(Hex("a"))), User(Email(Hex("b")))));
        Assert.Equal((400, "audience_members[1]"), (named.Code, Violation(named).GetProperty("field").GetString()));
        google.Script(new() { RejectKeys = ["b"], Code = "PROCESSING_ERROR_REASON_INVALID_FORMAT" });
        Assert.Equal(200, (await google.PostAsync("v1/audienceMembers:ingest", Ingest(User(Email(Hex("a"))), User(Email(Hex("b")))))).Code);
        Assert.Equal([Hex("a")], google.Values("222", "email_address"));
    }

    private static async Task<VendorSandbox> StartAsync(TimeProvider? time = null)
    {
        var google = await VendorSandbox.StartAsync("google-audiences", time: time);
        var token = await google.FormAsync(HttpMethod.Post, "token",
            ("grant_type", "refresh_token"), ("refresh_token", "1//r"), ("client_id", "c"), ("client_secret", "s"));
        google.Authorization = $"Bearer {token.Json.GetProperty("access_token").GetString()}";
        return google;
    }

    private static string Jwt(object claims) => string.Join('.',
        Base64Url.EncodeToString("""{"alg":"RS256","typ":"JWT"}"""u8), Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims)), "c2ln");

    private static string Ingest(params string[] members) =>
        $$"""{"destinations":{{Destinations}},"encoding":"HEX","termsOfService":{{Terms}},"audienceMembers":[{{string.Join(",", members)}}]}""";

    private static string User(params string[] identifiers) => $$$"""{"userData":{"userIdentifiers":[{{{string.Join(",", identifiers)}}}]}}""";

    private static string Email(string hash) => $$"""{"emailAddress":"{{hash}}"}""";

    private static string Phone(string hash) => $$"""{"phoneNumber":"{{hash}}"}""";

    private static JsonElement Violation(Reply reply) =>
        reply.Json.GetProperty("error").GetProperty("details").EnumerateArray().Last().GetProperty("fieldViolations")[0];

    private static string? Reason(Reply reply) => Violation(reply).GetProperty("reason").GetString();
}
