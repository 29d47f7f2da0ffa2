using System.Text;
using System.Text.Json;
using ReverseEtl.Conformance;
using ReverseEtl.Core.Alerts;
using ReverseEtl.Core.Config;
using ReverseEtl.Http.Signing;
using ReverseEtl.Server.Alerts;
using ReverseEtl.Server.Alerts.Channels;
using ReverseEtl.Tests.Connectors;

namespace ReverseEtl.Tests.Alerts;

public sealed class ChannelTests
{
    private const string Signing = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static readonly ManualTime Time = new();

    private static readonly AlertMessage Message = new()
    {
        Project = "shop/prod",
        Sync = "vips_to_hook",
        Trigger = "failed",
        IsRecovery = false,
        Title = "shop/prod: vips_to_hook failed",
        Text = "the run failed; 1 < 2 & <!channel> æøå 🎉",
        Since = new DateTimeOffset(2026, 11, 22, 7, 30, 0, TimeSpan.Zero),
        RunId = "run1",
        Advice = "cdp status vips_to_hook --env prod",
    };

    [Fact]
    public async Task Slack_gets_text_in_which_nothing_is_a_command()
    {
        await using var server = await SmallServer.StartAsync(_ => (200, "ok"));
        Assert.Null(await TellAsync(new SlackChannelOptions { Type = "slack", Url = new Secret($"{server.Url}services/T/B/X") }));

        var sent = Assert.Single(server.Received);
        Assert.Equal("/services/T/B/X", sent.Address);
        Assert.Equal(
            ":rotating_light: *shop/prod: vips_to_hook failed*\nthe run failed; 1 &lt; 2 &amp; &lt;!channel&gt; æøå 🎉\nsince 2026-11-22 07:30 UTC, run run1\nnext: cdp status vips_to_hook --env prod",
            JsonDocument.Parse(sent.Body).RootElement.GetProperty("text").GetString());
    }

    [Fact]
    public async Task PagerDuty_gets_a_trigger_and_a_resolve_of_one_key()
    {
        await using var server = await SmallServer.StartAsync(_ => (202, """{"status":"success"}"""));
        var options = new PagerDutyChannelOptions { Type = "pagerduty", RoutingKey = new Secret("R0UT1NG"), BaseUrl = server.Url, Severity = PagerDutySeverity.Critical };
        Assert.Null(await TellAsync(options));
        Assert.Null(await TellAsync(options, Message with { IsRecovery = true }));

        Assert.All(server.Received, sent => Assert.Equal("/v2/enqueue", sent.Address));
        var (trigger, resolve) = (JsonDocument.Parse(server.Received[0].Body).RootElement, JsonDocument.Parse(server.Received[1].Body).RootElement);
        Assert.Equal(("trigger", "resolve"), (trigger.GetProperty("event_action").GetString(), resolve.GetProperty("event_action").GetString()));
        Assert.Equal("cdp/shop/prod/vips_to_hook/failed", trigger.GetProperty("dedup_key").GetString());
        Assert.Equal(trigger.GetProperty("dedup_key").GetString(), resolve.GetProperty("dedup_key").GetString());
        Assert.Equal("R0UT1NG", trigger.GetProperty("routing_key").GetString());
        var payload = trigger.GetProperty("payload");
        Assert.Equal($"{Message.Title}: {Message.Text}", payload.GetProperty("summary").GetString());
        Assert.Equal(("critical", "shop/prod"), (payload.GetProperty("severity").GetString(), payload.GetProperty("source").GetString()));
        Assert.False(resolve.TryGetProperty("payload", out _));
    }

    [Fact]
    public async Task A_webhook_is_signed_and_has_the_same_id_each_time()
    {
        await using var server = await SmallServer.StartAsync(_ => (200, ""));
        var options = new WebhookChannelOptions
        {
            Type = "webhook", Url = new Secret(server.Url.ToString()), Secret = new Secret(Signing), Headers = new Dictionary<string, Secret> { ["Authorization"] = new("Bearer t") },
        };
        await TellAsync(options);
        await TellAsync(options);
        await TellAsync(options, Message with { IsRecovery = true });

        var sent = server.Received[0];
        Assert.Equal("Bearer t", sent.Headers["Authorization"]);
        Assert.True(new StandardWebhookSignature(new Secret(Signing)).Verify(
            sent.Headers["webhook-id"], long.Parse(sent.Headers["webhook-timestamp"]), Encoding.UTF8.GetBytes(sent.Body), sent.Headers["webhook-signature"], Time.GetUtcNow()));
        Assert.Equal(sent.Headers["webhook-id"], server.Received[1].Headers["webhook-id"]);
        Assert.NotEqual(sent.Headers["webhook-id"], server.Received[2].Headers["webhook-id"]);
        Assert.Equal(Message.Text, JsonDocument.Parse(sent.Body).RootElement.GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_channel_that_refuses_or_is_not_there_says_so_without_its_secrets()
    {
        await using var server = await SmallServer.StartAsync(sent => (403, $"no such hook {sent.Address}, R0UT1NG"));
        var refused = await TellAsync(new PagerDutyChannelOptions { Type = "pagerduty", RoutingKey = new Secret("R0UT1NG"), BaseUrl = server.Url });
        Assert.Equal("127.0.0.1 answered 403: no such hook /v2/enqueue, ***", refused);

        var gone = await TellAsync(new SlackChannelOptions { Type = "slack", Url = new Secret("http://127.0.0.1:1/services/T0PSECRET") });
        Assert.Equal("no answer from 127.0.0.1: ConnectionRefused", gone);
    }

    [Theory]
    [InlineData(SmtpTls.Starttls)]
    [InlineData(SmtpTls.Implicit)]
    public async Task A_mail_goes_through_tls_and_nothing_is_said_before(SmtpTls tls)
    {
        using var server = new MailServer { Implicit = tls is SmtpTls.Implicit };
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("ca.pem"), server.Certificate, AlertBench.Stop);
        var options = Mail(server, tls) with { User = "mailer", Password = new Secret("open sesame"), RootCertificate = "ca.pem" };

        Assert.Null(await TellAsync(options, Message with { Title = "shop/prod: vips_to_hook failed — æøå" }, folder.FullName));

        Assert.All(server.Said.Where(line => !line.StartsWith("S ", StringComparison.Ordinal)), line => Assert.True(line is "EHLO cdp" or "STARTTLS", line));
        Assert.Contains($"S AUTH PLAIN {Convert.ToBase64String("\0mailer\0open sesame"u8)}", server.Said);
        Assert.Contains("S MAIL FROM:<cdp@shop.example>", server.Said);
        Assert.Equal(["S RCPT TO:<ops@shop.example>", "S RCPT TO:<anna@shop.example>"], server.Said.Where(line => line.Contains("RCPT")));
        var (headers, body) = Read(Assert.Single(server.Mails));
        Assert.Contains($"Subject: =?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes("shop/prod: vips_to_hook failed — æøå"))}?=", headers);
        Assert.Contains("From: CDP <cdp@shop.example>", headers);
        Assert.Contains($"To: ops@shop.example,\n =?utf-8?B?{Convert.ToBase64String("Ånna"u8)}?= <anna@shop.example>\n", headers);
        Assert.Contains("Date: Sun, 22 Nov 2026 08:00:00 +0000", headers);
        Assert.Contains(Message.Text, body);
        Assert.Contains("next: cdp status vips_to_hook --env prod", body);
    }

    [Fact]
    public async Task A_mail_without_tls_and_a_long_subject_arrives_as_it_is()
    {
        using var server = new MailServer { Offers = "" };
        var title = string.Concat(Enumerable.Repeat("sync 🎉 ", 30)).Trim();
        Assert.Null(await TellAsync(Mail(server, SmtpTls.None), Message with { Title = title, Text = ".\r\n.hidden" }));

        var (headers, body) = Read(Assert.Single(server.Mails));
        Assert.All(headers.Split('\n'), line => Assert.InRange(line.Length, 0, 90));
        var subject = headers.Split("Subject: ")[1].Split("\nMessage-ID")[0];
        Assert.Equal(title, string.Concat(subject.Split("\n ").Select(word => Encoding.UTF8.GetString(Convert.FromBase64String(word["=?utf-8?B?".Length..^2])))));
        Assert.Contains("\r\n.\r\n.hidden\r\n", body);
    }

    [Fact]
    public async Task Who_offers_no_tls_gets_no_mail()
    {
        using var server = new MailServer { Offers = "AUTH PLAIN" };
        var error = await TellAsync(Mail(server, SmtpTls.Starttls) with { User = "mailer", Password = new Secret("open sesame") });
        Assert.Contains("offers no STARTTLS", error);
        Assert.Equal(["EHLO cdp"], server.Said);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        using var server = new MailServer();
        Assert.StartsWith("the certificate of localhost was refused", await TellAsync(Mail(server, SmtpTls.Starttls)), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Said, line => line.Contains("MAIL"));
    }

    [Theory]
    [InlineData("AUTH PLAIN", "535 bad password open sesame")]
    [InlineData("RCPT TO:<anna@", "550 no such user")]
    [InlineData("DATA", "554 no")]
    public async Task A_mail_server_that_refuses_is_quoted_without_the_password(string at, string answer)
    {
        using var server = new MailServer { Answers = { [at] = answer } };
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("ca.pem"), server.Certificate, AlertBench.Stop);
        var error = await TellAsync(
            Mail(server, SmtpTls.Starttls) with { User = "mailer", Password = new Secret("open sesame"), RootCertificate = "ca.pem" }, null, folder.FullName);

        Assert.Contains(answer.Split(' ')[0], error);
        Assert.DoesNotContain("sesame", error);
        Assert.DoesNotContain(Convert.ToBase64String("\0mailer\0open sesame"u8), error);
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task A_mail_server_that_only_knows_login_lets_in_too()
    {
        using var server = new MailServer { Implicit = true, Offers = "AUTH LOGIN" };
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("ca.pem"), server.Certificate, AlertBench.Stop);
        Assert.Null(await TellAsync(
            Mail(server, SmtpTls.Implicit) with { User = "mailer", Password = new Secret("open sesame"), RootCertificate = "ca.pem" }, null, folder.FullName));
        Assert.Single(server.Mails);
    }

    private static EmailChannelOptions Mail(MailServer server, SmtpTls tls) => new()
    {
        Type = "email", Host = "localhost", Port = server.Port, Tls = tls, From = "CDP <cdp@shop.example>", To = ["ops@shop.example", "Ånna <anna@shop.example>"],
    };

    private static Task<string?> TellAsync(AlertChannelOptions options, AlertMessage? message = null, string folder = ".") =>
        AlertChannels.Open(options, folder, Time).TellAsync(message ?? Message, AlertBench.Stop);

    private static (string Headers, string Body) Read(string mail)
    {
        var parts = mail.Split("\n\n", 2);
        return (parts[0], Encoding.UTF8.GetString(Convert.FromBase64String(parts[1].Replace("\n", "", StringComparison.Ordinal))));
    }
}
