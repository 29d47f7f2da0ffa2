using System.Text;
using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.Tests.Sandbox;

public sealed class TwilioSandboxTests
{
    private const string Sid = "AC0123456789abcdef0123456789abcdef";
    private const string Key = "SK0123456789abcdef0123456789abcdef";
    private const string Service = "MG0123456789abcdef0123456789abcdef";
    private const string Path = $"2010-04-01/Accounts/{Sid}/Messages.json";

    private static readonly (string Name, string Value)[] Good = [("To", "+4520304050"), ("From", "+4530405060"), ("Body", "hello")];

    [Fact]
    public async Task A_message_is_queued_and_one_that_is_sent_twice_goes_out_twice()
    {
        await using var twilio = await StartAsync();
        var sent = await twilio.FormAsync(HttpMethod.Post, Path, Good);
        Assert.Equal((201, "queued", "1", "hello"), (sent.Code, Text(sent, "status"), Text(sent, "num_segments"), Text(sent, "body")));
        Assert.Matches("^SM[0-9a-f]{32}$", Text(sent, "sid"));
        await twilio.FormAsync(HttpMethod.Post, Path, Good);
        Assert.Equal(["hello", "hello"], twilio.Values("messages", "body"));
        var read = await twilio.GetAsync($"2010-04-01/Accounts/{Sid}/Messages/{Text(sent, "sid")}.json");
        Assert.Equal("+4520304050", Text(read, "to"));
        var service = await twilio.FormAsync(HttpMethod.Post, Path, ("To", "+4520304050"), ("MessagingServiceSid", Service), ("Body", "a"));
        Assert.Equal(("accepted", "0"), (Text(service, "status"), Text(service, "num_segments")));
    }

    [Theory]
    [InlineData("To", null, 21604)]
    [InlineData("To", "20304050", 21211)]
    [InlineData("To", "+4520300000", 21610)]
    [InlineData("To", "+4520300001", 21614)]
    [InlineData("From", null, 21603)]
    [InlineData("From", "someone-with-a-long-name", 21212)]
    [InlineData("From", "+4520300009", 21606)]
    [InlineData("Body", null, 21602)]
    [InlineData("Body", "1601", 21617)]
    [InlineData("Subject", "hello", 20001)]
    public async Task What_is_wrong_has_a_number(string name, string? value, int code)
    {
        await using var twilio = await StartAsync();
        var fields = Good.Where(field => field.Name != name).ToList();
        if (value is not null)
            fields.Add((name, value == "1601" ? new string('x', 1601) : value));
        var refused = await twilio.FormAsync(HttpMethod.Post, Path, [.. fields]);
        Assert.Equal((400, code, 400), (refused.Code, refused.Json.GetProperty("code").GetInt32(), refused.Json.GetProperty("status").GetInt32()));
        Assert.Equal($"https://www.twilio.com/docs/errors/{code}", Text(refused, "more_info"));
        Assert.Empty(twilio.Holdings);
    }

    [Theory]
    [InlineData('a', 160, "1")]
    [InlineData('a', 161, "2")]
    [InlineData('€', 81, "2")]
    [InlineData('漢', 70, "1")]
    [InlineData('漢', 71, "2")]
    public async Task Segments_are_counted_by_the_alphabet(char letter, int length, string segments)
    {
        await using var twilio = await StartAsync();
        Assert.Equal(segments, Text(await twilio.FormAsync(HttpMethod.Post, Path, Good[0], Good[1], ("Body", new string(letter, length))), "num_segments"));
    }

    [Fact]
    public async Task The_account_and_its_credentials_are_checked()
    {
        await using var twilio = await StartAsync();
        const string Account = $"2010-04-01/Accounts/{Sid}.json";
        Assert.Equal("active", Text(await twilio.GetAsync(Account), "status"));
        twilio.Authorization = Basic(Key, "secret");
        Assert.Equal(200, (await twilio.GetAsync(Account)).Code);
        Assert.Equal(404, (await twilio.GetAsync("2010-04-01/Accounts/AC4045.json")).Code);
        twilio.Authorization = Basic(Sid.Replace('0', '1'), "secret");
        Assert.Equal(401, (await twilio.GetAsync(Account)).Code);
        twilio.Authorization = Basic(Sid, "bad");
        Assert.Equal(20003, (await twilio.GetAsync(Account)).Json.GetProperty("code").GetInt32());
        twilio.Authorization = Basic(Sid, "good");
        twilio.Script(new() { Trouble = VendorTrouble.Throttled, RetryAfter = 3 });
        var throttled = await twilio.FormAsync(HttpMethod.Post, Path, Good);
        Assert.Equal((429, 20429, "3"), (throttled.Code, throttled.Json.GetProperty("code").GetInt32(), throttled.Header("Retry-After")));
        Assert.Equal(415, (await twilio.PostAsync(Path, "{}")).Code);
    }

    private static async Task<VendorSandbox> StartAsync()
    {
        var twilio = await VendorSandbox.StartAsync("twilio-sms");
        twilio.Authorization = Basic(Sid, "secret");
        return twilio;
    }

    private static string Basic(string user, string password) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}";

    private static string Text(Reply reply, string name) => reply.Json.GetProperty(name).GetString()!;
}
