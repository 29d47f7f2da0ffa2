using System.Text;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Tests.Contracts;

/// <summary>The check itself: what is right passes, and each kind of mistake is found. The samples need no vendor's documents.</summary>
[Trait("Category", "Contracts")]
public sealed class ContractCheckTests
{
    private static readonly VendorContract Shop = new(Path.Combine(Repository.Root, "tests", "contracts", "samples", "openapi"));
    private static readonly VendorContract ShopProtos = new(Path.Combine(Repository.Root, "tests", "contracts", "samples", "protos"));

    [Fact]
    public Task What_a_document_allows_passes() => HoldsAsync(Shop, "Bearer t",
        (Json("PUT", "people/p1", """{"email":"a","age":null,"tier":"gold","address":null,"height":null}"""), null),
        (Json("PUT", "v2/people/p1?dry=true", """{"email":"a","address":{"city":"X","of":{"email":"b"}}}"""), null),
        (Json("PUT", "people/p1", """{"email":"a","account":{"number":1,"bank":"b"},"reach":{"note":"n","fax":"f"},"custom":{"w9":"x"}}"""), null),
        (Json("GET", "people/search?email=a%40b.c", ""), null),
        (Form("messages", "To=%2B45+1&Retries=3"), null));

    [Fact]
    public Task What_a_document_forbids_is_found() => HoldsAsync(Shop, "Bearer t",
        (Json("PUT", "people/p1", """{"email":5}"""), "email must be string"),
        (Json("PUT", "people/p1", """{"email":null}"""), "email must be string"),
        (Json("PUT", "people/p1", """{"email":"a","height":[]}"""), "height must be string"),
        (Json("PUT", "people/p1", """{"age":1}"""), "required property 'email'"),
        (Json("PUT", "people/p1", """{"email":"a","tier":"tin"}"""), "gold, silver"),
        (Json("PUT", "people/p1", """{"email":"a","address":{"city":1}}"""), "address.city must be string"),
        (Json("PUT", "people/p1", """{"email":"a","account":{"number":"x"}}"""), "account.number must be integer"),
        (Json("PUT", "people/p1", """{"email":"a","mail":"b"}"""), "'mail'"),
        (Json("PUT", "people/p1", """{"email":"a","address":{"town":"b"}}"""), "'town'"),
        (Json("PUT", "people/p1", """{"email":"a","account":{"iban":"b"}}"""), "'iban'"),
        (Json("PUT", "people/p1", """{"email":"a","email":"b"}"""), "a name twice"),
        (Json("PUT", "people/p1", """{"email":"""), "cannot be read"),
        (Json("PUT", "people/p1", ""), "required"),
        (Json("PUT", "people/p1", """{"email":"a"}""", "text/plain"), "application/json"),
        (Json("PUT", "people/x1", """{"email":"a"}"""), "pattern"),
        (Json("PUT", "people/p1?dry=maybe", """{"email":"a"}"""), "boolean"),
        (Json("PUT", "people/p1?wet=true", """{"email":"a"}"""), "the query has wet"),
        (Json("GET", "people/search", ""), "'email'"),
        (Json("POST", "people/p1", """{"email":"a"}"""), "\"post\""),
        (Json("GET", "animals", ""), "no document has this path"),
        (Form("messages", "Retries=3"), "'To'"),
        (Form("messages", "To=1&Retries=many"), "Retries must be integer"),
        (Form("messages", "To=1&From=2"), "the form has From"));

    /// <summary>Prism would let such a request pass.</summary>
    [Fact]
    public Task A_document_that_cannot_be_checked_against_is_found() => HoldsAsync(Shop, "Bearer t",
        (Json("POST", "odd", """{"code":5}"""), "not checked"));

    [Fact]
    public Task Credentials_of_another_kind_are_found() => HoldsAsync(Shop, "Basic dTpw",
        (Json("GET", "people/search?email=a", ""), "security"));

    [Fact]
    public Task What_protos_allow_passes() => HoldsAsync(ShopProtos, "Bearer t",
        (Json("POST", "v1/shops/7/people:add", """{"people":[{"emailAddress":"a","phone":null,"tier":"GOLD","age":5,"bornAt":"2026-11-22T10:00:00Z","stays":"1.5s"}]}"""), null),
        (Json("POST", "v1/people:add?alt=json", """{"people":[{"email_address":"a","points":{"x":"12"},"photo":"QUI=","vip":true,"weight":1.5}]}"""), null),
        (Json("PATCH", "v1/people/1?updateMask=age,bornAt", """{"age":"6"}"""), null),
        (Json("GET", "v1/people?filter=x&page_size=5", ""), null));

    [Fact]
    public Task What_protos_forbid_is_found() => HoldsAsync(ShopProtos, "Bearer t",
        (Person("""{"email":"a"}"""), "people[0].email: Person has no such field"),
        (Person("\"a\""), "must be an object (Person)"),
        (Person("""{"phone":5}"""), "phone must be string"),
        (Person("""{"phone":{}}"""), "phone must be string"),
        (Person("""{"phone":"1","emailAddress":"a"}"""), "one of contact"),
        (Person("""{"emailAddress":"1","email_address":"a"}"""), "given twice"),
        (Person("""{"phone":"1","phone":"2"}"""), "a name twice"),
        (Person("""{"tier":"gold"}"""), "a name of Tier"),
        (Person("""{"tier":1}"""), "a name of Tier"),
        (Person("""{"age":3000000000}"""), "age must be int32"),
        (Person("""{"age":1.5}"""), "age must be int32"),
        (Person("""{"age":[1]}"""), "age must be int32"),
        (Person("""{"bornAt":"yesterday"}"""), "must be a Timestamp"),
        (Person("""{"stays":"5"}"""), "must be a Duration"),
        (Person("""{"points":[1]}"""), "points must be an object"),
        (Person("""{"points":{"x":"y"}}"""), "points.x must be int64"),
        (Person("""{"photo":"?"}"""), "photo must be bytes"),
        (Person("""{"vip":"true"}"""), "vip must be bool"),
        (Person("""{"weight":"heavy"}"""), "weight must be double"),
        (Person("""{"id":"5"}"""), "not for requests"),
        (Json("POST", "v1/people:add", """{"people":{}}"""), "people must be a list"),
        (Json("POST", "v1/people:add", """{"people":[]}"""), "people is required"),
        (Json("POST", "v1/shops/7/people:add", """{"parent":"shops/7","people":[{}]}"""), "parent is given twice"),
        (Json("POST", "v1/people:add", "[]"), "the body must be an object"),
        (Json("POST", "v1/people:add", "{"), "cannot be read"),
        (Json("POST", "v1/people:add", ""), "takes JSON"),
        (Json("PATCH", "v1/people/1?updateMask=born_at", """{"vip":true}"""), "must be a FieldMask"),
        (Json("GET", "v1/people?filter=x&pageSize=many", ""), "pageSize must be int32"),
        (Json("GET", "v1/people?filter=x&page=1", ""), "the query has page"),
        (Json("GET", "v1/people", ""), "filter is required"),
        (Json("GET", "v1/people?filter=x", "{}"), "takes no body"),
        (Json("DELETE", "v1/people", ""), "takes GET"),
        (Json("POST", "v1/people:drop", "{}"), "no service has this path"));

    [Fact]
    public Task Mailchimp() => HoldsAsync(new VendorContract("mailchimp"), "Basic dTpw",
        (Json("POST", "lists/ab12", """{"members":[{"email_address":"a@b.c","status":"subscribed","merge_fields":{"FNAME":"A"}}],"update_existing":true}"""), null),
        (Json("PUT", "lists/ab12/members/0123", """{"email_address":"a@b.c","status_if_new":"subscribed"}"""), null),
        (Json("POST", "lists/ab12", """{"members":[{"email_address":"a@b.c","vip":"yes"}]}"""), "vip must be boolean"),
        (Json("POST", "lists/ab12", """{"update_existing":true}"""), "'members'"),
        (Json("POST", "lists/ab12", """{"members":[{"email_address":"a@b.c","status":"gone"}]}"""), "subscribed, unsubscribed"),
        (Json("POST", "lists/ab12", """{"members":[{"emailaddress":"a@b.c"}]}"""), "'emailaddress'"),
        (Json("POST", "lists/ab12", """{"members":["""), "cannot be read"));

    [Fact]
    public Task Klaviyo() => HoldsAsync(new VendorContract("klaviyo"), "Klaviyo-API-Key k",
        (Profile("profile", """ "email":"a@b.c","first_name":null,"location":null,"properties":{"plan":"x"} """), null),
        (KlaviyoJson("POST", "api/lists/L1/relationships/profiles", """{"data":[{"type":"profile","id":"1"}]}"""), null),
        (Profile("profile", """ "email":5 """), "email must be string"),
        (Profile("person", """ "email":"a@b.c" """), "allowed values: profile"),
        (Profile("profile", """ "mail":"a@b.c" """), "'mail'"),
        (KlaviyoJson("POST", "api/profile-bulk-import-jobs", """{"data":{"type":"profile-bulk-import-job","attributes":{}}}"""), "'profiles'"),
        (KlaviyoJson("POST", "api/profile-bulk-import-jobs", """{"data"}"""), "cannot be read"),
        (Json("GET", "api/profile-bulk-import-jobs/J1", ""), "'revision'"));

    [Fact]
    public Task SendGrid() => HoldsAsync(new VendorContract("sendgrid"), "Bearer t",
        (Json("PUT", "v3/marketing/contacts", """{"contacts":[{"email":"a@b.c","custom_fields":{"e1_T":"x"}}]}"""), null),
        (Json("DELETE", "v3/marketing/lists/0f7a1f5e-1b0b-4c5e-9a52-0b1c2d3e4f50/contacts?contact_ids=a,b", ""), null),
        (Json("PUT", "v3/marketing/contacts", """{"contacts":[{"email":5}]}"""), "email must be string"),
        (Json("PUT", "v3/marketing/contacts", """{"list_ids":[]}"""), "'contacts'"),
        (Json("PUT", "v3/marketing/contacts", """{"contacts":[{"mail":"a"}]}"""), "'mail'"),
        (Json("POST", "v3/marketing/field_definitions", """{"name":"x","field_type":"Json"}"""), "Text, Number, Date"),
        (Json("PUT", "v3/marketing/contacts", """{"""), "cannot be read"));

    [Fact]
    public Task Twilio() => HoldsAsync(new VendorContract("twilio"), "Basic dTpw",
        (Form($"2010-04-01/Accounts/AC{new string('0', 32)}/Messages.json", "To=%2B4570123456&From=%2B15550006&Body=Hi+%26+%C3%A6"), null),
        (Form($"2010-04-01/Accounts/AC{new string('0', 32)}/Messages.json", "From=%2B15550006&Body=Hi"), "'To'"),
        (Form($"2010-04-01/Accounts/AC{new string('0', 32)}/Messages.json", "To=1&Text=Hi"), "the form has Text"),
        (Form("2010-04-01/Accounts/AC1/Messages.json", "To=1&Body=Hi"), "pattern"));

    [Fact]
    public Task Intercom() => HoldsAsync(new VendorContract("intercom"), "Bearer t",
        (Json("POST", "contacts", """{"role":"user","external_id":"5","email":"a@b.c"}"""), null),
        (Json("POST", "contacts/12/tags", """{"id":"5"}"""), null),
        (Json("POST", "contacts", """{"email":5}"""), "email must be string"),
        (Json("POST", "contacts/12/tags", "{}"), "'id'"));

    [Fact]
    public Task Google() => HoldsAsync(new VendorContract("google-datamanager"), "Bearer t",
        (Members(""" "encoding":"HEX" """, """{"emailAddress":"ab"}"""), null),
        (Json("GET", "v1/requestStatus:retrieve?requestId=5", ""), null),
        (Members(""" "encoding":"hex" """, """{"emailAddress":"ab"}"""), "a name of Encoding"),
        (Members(""" "validate":true """, """{"emailAddress":"ab"}"""), "no such field"),
        (Members(""" "encoding":"HEX" """, "\"ab\""), "must be an object (UserIdentifier)"),
        (Members(""" "encoding":"HEX" """, """{"emailAddress":"ab","phoneNumber":"1"}"""), "one of identifier"),
        (Json("POST", "v1/audienceMembers:ingest", """{"audienceMembers":[]}"""), "destinations is required"));

    private static VendorRequest Person(string json) => Json("POST", "v1/people:add", $$"""{"people":[ {{json}} ]}""");

    private static VendorRequest Profile(string type, string attributes) => KlaviyoJson("POST", "api/profile-bulk-import-jobs",
        $$$"""{"data":{"type":"profile-bulk-import-job","attributes":{"profiles":{"data":[{"type":"{{{type}}}","attributes":{ {{{attributes}}} } }]} } } }""");

    private static VendorRequest Members(string field, string identifier) => Json("POST", "v1/audienceMembers:ingest",
        $$$"""{"destinations":[{"operatingAccount":{"accountType":"GOOGLE_ADS","accountId":"1"},"productDestinationId":"9"}],"audienceMembers":[{"userData":{"userIdentifiers":[ {{{identifier}}} ]}}],{{{field}}} }""");

    private static VendorRequest KlaviyoJson(string method, string path, string json)
    {
        var request = Json(method, path, json, "application/vnd.api+json");
        return request with { Headers = new Dictionary<string, string>(request.Headers) { ["revision"] = "2026-07-15" } };
    }

    private static VendorRequest Form(string path, string form) => Json("POST", path, form, "application/x-www-form-urlencoded");

    private static VendorRequest Json(string method, string path, string text, string mediaType = "application/json")
    {
        var parts = path.Split('?');
        var headers = new Dictionary<string, string>();
        if (text.Length > 0 || method is not "GET")
            headers["Content-Type"] = mediaType;
        return new VendorRequest(DateTimeOffset.UnixEpoch, method, parts[0], parts.Length > 1 ? $"?{parts[1]}" : "", headers, Encoding.UTF8.GetBytes(text), Rows: null, 200);
    }

    private static async Task HoldsAsync(VendorContract contract, string authorization, params (VendorRequest Request, string? Wrong)[] cases)
    {
        var requests = cases.Select(example => example.Request with { Headers = new Dictionary<string, string>(example.Request.Headers) { ["Authorization"] = authorization } });

        var violations = await contract.ViolationsAsync([.. requests], TestContext.Current.CancellationToken);

        foreach (var (at, (_, wrong)) in cases.Index())
        {
            var found = string.Join('\n', violations.Where(violation => violation.StartsWith($"#{at} ", StringComparison.Ordinal)));
            if (wrong is null)
                Assert.Equal("", found);
            else
                Assert.Contains(wrong, found, StringComparison.Ordinal);
        }
    }
}
