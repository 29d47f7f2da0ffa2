using ReverseEtl.Connectors.Webhook;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Tests.Webhook;

public sealed class WebhookCheckTests
{
    private static readonly WebhookOptions Good = new()
    {
        Type = "webhook",
        Url = new Uri("https://shop.example/in?tenant=1"),
        Secret = new Secret(WebhookHarness.SigningSecret),
        Headers = new Dictionary<string, Secret> { ["X-Api-Key"] = new("abc def") },
    };

    [Fact]
    public void A_good_set_up_has_no_errors()
    {
        Assert.Empty(Check(Good, new WebhookObject { Path = "crm/vip", Identifiers = ["email"] }));
        Assert.Empty(Check(new WebhookOptions { Type = "webhook", Sandbox = true }, new WebhookObject()));
    }

    public static TheoryData<WebhookOptions, string> Wrong => new()
    {
        { Good with { Url = null }, "url is missing" },
        { Good with { Url = new Uri("ftp://shop.example") }, "http://" },
        { Good with { Url = new Uri("in", UriKind.Relative) }, "http://" },
        { Good with { Url = new Uri("https://me:hunter2@shop.example") }, "password" },
        { Good with { Secret = new Secret("hunter2") }, "whsec_" },
        { Good with { Headers = new Dictionary<string, Secret> { ["Webhook-Id"] = new("x") } }, "set by the connector" },
        { Good with { Headers = new Dictionary<string, Secret> { ["Content-Type"] = new("x") } }, "set by the connector" },
        { Good with { Headers = new Dictionary<string, Secret> { ["a b"] = new("x") } }, "not a header name" },
        { Good with { Headers = new Dictionary<string, Secret> { ["a"] = new("hunter2\r\nx: y") } }, "printable" },
        { Good with { BatchRows = 0 }, "batchRows" },
        { Good with { Concurrency = 65 }, "concurrency" },
        { Good with { Timeout = TimeSpan.Zero }, "timeout" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_option_is_named_and_no_secret_is(WebhookOptions options, string expected)
    {
        var error = Assert.Single(Check(options, new WebhookObject()));
        Assert.Contains(expected, error);
        Assert.DoesNotContain("hunter2", error);
    }

    [Theory]
    [InlineData("a?b")]
    [InlineData("a#b")]
    [InlineData("a/../b")]
    public void A_path_that_is_more_than_a_path_is_an_error(string path) =>
        Assert.Contains("object.path", Assert.Single(Check(Good, new WebhookObject { Path = path })));

    [Fact]
    public void An_identifier_must_be_mapped() =>
        Assert.Contains("phone", Assert.Single(Check(Good, new WebhookObject { Identifiers = ["email", "phone"] })));

    [Fact]
    public async Task The_descriptor_says_what_was_configured()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.OpenBare(
            harness.Options with { BatchRows = 7, Concurrency = 3, ReplaySafe = false }, new WebhookObject { Identifiers = ["email"] });
        var descriptor = destination.Descriptor;
        Assert.Equal((7, 3, false), (descriptor.MaxBatchRows, descriptor.Concurrency, descriptor.ReplaySafe));
        Assert.Equal(["email"], descriptor.Identifiers);
    }

    private static string[] Check(WebhookOptions options, WebhookObject @object) => [.. new WebhookDestinationType().Check(new DestinationRequest
    {
        Options = options,
        Object = @object,
        Sync = "s",
        Model = "m",
        Mode = SyncMode.Mirror,
        Key = ["id"],
        Fields = ["name", "email"],
        ProjectFolder = ".",
    })];
}
