using System.Net;
using ReverseEtl.Connectors.Webhook;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Requests;
using ReverseEtl.Tests.Http;
using ReverseEtl.Tests.Webhook;

namespace ReverseEtl.Tests.Kit;

public sealed class PublicAddressTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("fe80::1")]
    [InlineData("fd00::1")]
    [InlineData("::")]
    public void These_are_of_this_machine_or_of_a_private_network(string address) => Assert.False(PublicAddress.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:4700::1111")]
    public void These_are_public(string address) => Assert.True(PublicAddress.IsPublic(IPAddress.Parse(address)));

    [Fact]
    public async Task A_webhook_on_a_private_address_is_refused_unless_that_is_allowed()
    {
        await using var harness = await WebhookHarness.StartAsync();
        var options = new WebhookOptions { Type = "webhook", Url = new Uri(harness.Sandbox.Url, "webhook") };
        using var batch = Batches.Upsert("b1", "a");

        await using (var refused = harness.OpenBare(options))
        {
            var error = await Assert.ThrowsAsync<DestinationException>(async () => await refused.CheckAsync(WebhookHarness.None));
            Assert.Contains("allowPrivate", error.Message, StringComparison.Ordinal);
            // The name may have meant another address when it was checked.
            var report = await refused.DeliverAsync(batch, WebhookHarness.None);
            Assert.Contains("allowPrivate", report[0].Message, StringComparison.Ordinal);
            Assert.Empty(harness.Sandbox.Requests());
        }

        await using var allowed = harness.OpenBare(options with { AllowPrivate = true });
        await allowed.CheckAsync(WebhookHarness.None);
    }
}
