using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ReverseEtl.Tests.Alerts;

/// <summary>A mail server that takes mail and answers as it is told to.</summary>
internal sealed class MailServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate = NewCertificate();

    public MailServer()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What it offers after EHLO.</summary>
    public string Offers { get; set; } = "STARTTLS\nAUTH PLAIN LOGIN";

    public bool Implicit { get; set; }

    /// <summary>Its own answers, by what a line begins with.</summary>
    public Dictionary<string, string> Answers { get; } = [];

    /// <summary>Every line that it was told, with an S before those that went through TLS.</summary>
    public ConcurrentQueue<string> Said { get; } = [];

    /// <summary>The mails as they are read: headers and body.</summary>
    public ConcurrentQueue<string> Mails { get; } = [];

    public string Certificate => _certificate.ExportCertificatePem();

    public void Dispose()
    {
        _listener.Dispose();
        _certificate.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await TalkAsync(client.GetStream());
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(Stream stream)
    {
        try
        {
            var secure = false;
            if (Implicit)
                await SecureAsync();
            await SayAsync("220 mail ready");
            while (await LineAsync() is { } line && line != "QUIT")
            {
                var answer = Answers.FirstOrDefault(pair => line.StartsWith(pair.Key, StringComparison.Ordinal)).Value ?? Usual(line);
                await SayAsync(answer);
                if (line == "STARTTLS" && answer.StartsWith('2'))
                    await SecureAsync();
                if (line == "DATA" && answer.StartsWith('3'))
                    await TakeAsync();
            }

            async Task SecureAsync()
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(_certificate);
                (stream, secure) = (tls, true);
            }

            async Task TakeAsync()
            {
                var mail = new StringBuilder();
                while (await LineAsync() is { } line && line != ".")
                    mail.Append(line.StartsWith('.') ? line[1..] : line).Append('\n');
                Mails.Enqueue(mail.ToString());
                await SayAsync("250 taken");
            }

            async Task SayAsync(string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"));

            async Task<string?> LineAsync()
            {
                var line = new List<byte>();
                var one = new byte[1];
                while (await stream.ReadAsync(one) == 1)
                {
                    if (one[0] == '\n')
                    {
                        var text = Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
                        Said.Enqueue((secure ? "S " : "") + text);
                        return text;
                    }

                    line.Add(one[0]);
                }

                return null;
            }
        }
        catch (Exception error) when (error is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The other side left.
        }
    }

    private string Usual(string line) => line switch
    {
        _ when line.StartsWith("EHLO", StringComparison.Ordinal) => string.Join("\r\n", Offers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(offer => $"250-{offer}").Append("250 OK")),
        "STARTTLS" => "220 go ahead",
        "DATA" => "354 go ahead",
        "AUTH LOGIN" => "334 VXNlcm5hbWU6",
        _ when line == Convert.ToBase64String("mailer"u8) => "334 UGFzc3dvcmQ6",
        _ when line.StartsWith("AUTH PLAIN", StringComparison.Ordinal) || line == Convert.ToBase64String("open sesame"u8) => "235 welcome",
        _ => "250 OK",
    };

    private static X509Certificate2 NewCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
