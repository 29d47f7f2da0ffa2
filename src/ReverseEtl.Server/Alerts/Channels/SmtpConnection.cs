using System.Globalization;
using System.Net.Mail;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ReverseEtl.Server.Alerts.Channels;

/// <summary>
/// A conversation with a mail server (RFC 5321), with TLS from the first byte or by STARTTLS: the framework's own client knows the second
/// only, and no certificates but the system's.
/// </summary>
internal sealed class SmtpConnection : IAsyncDisposable
{
    private readonly EmailChannelOptions _options;
    private readonly TcpClient _client;
    private Stream _stream;
    private StreamReader _reader;

    private SmtpConnection(EmailChannelOptions options, TcpClient client)
    {
        (_options, _client, _stream) = (options, client, client.GetStream());
        _reader = ReaderOf(_stream);
    }

    /// <summary>Connects and logs in.</summary>
    /// <exception cref="SmtpRefusalException">The server said no.</exception>
    public static async Task<SmtpConnection> OpenAsync(EmailChannelOptions options, string projectFolder, CancellationToken cancellationToken)
    {
        var client = new TcpClient();
        try
        {
            await client.ConnectAsync(options.Host, options.PortOrUsual, cancellationToken);
            var connection = new SmtpConnection(options, client);
            if (options.Tls is SmtpTls.Implicit)
                await connection.SecureAsync(projectFolder, cancellationToken);
            await connection.ExpectAsync("greeting", 220, cancellationToken);
            await connection.GreetAsync(projectFolder, cancellationToken);
            return connection;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends one mail.</summary>
    /// <exception cref="SmtpRefusalException">The server said no; nobody gets it.</exception>
    public async Task SendAsync(string mail, CancellationToken cancellationToken)
    {
        await AskAsync($"MAIL FROM:<{AddressOf(_options.From)}>", 250, cancellationToken);
        foreach (var receiver in _options.To)
            await AskAsync($"RCPT TO:<{AddressOf(receiver)}>", 250, cancellationToken);
        await AskAsync("DATA", 354, cancellationToken);
        // A line that is a dot would end the mail.
        var data = mail.Replace("\r\n.", "\r\n..", StringComparison.Ordinal);
        await WriteAsync(data + (data.EndsWith("\r\n", StringComparison.Ordinal) ? "." : "\r\n."), cancellationToken);
        await ExpectAsync("the mail", 250, cancellationToken);
        await WriteAsync("QUIT", cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await _stream.DisposeAsync();
        _client.Dispose();
    }

    private async Task GreetAsync(string projectFolder, CancellationToken cancellationToken)
    {
        const string hello = "EHLO cdp";
        var offers = await AskAsync(hello, 250, cancellationToken);
        if (_options.Tls is SmtpTls.Starttls)
        {
            // Who stands in between may have taken the offer out: then nothing is said.
            if (!offers.Contains("STARTTLS", StringComparison.OrdinalIgnoreCase))
                throw new SmtpRefusalException("offers no STARTTLS; say tls: implicit or none if it should be so");
            await AskAsync("STARTTLS", 220, cancellationToken);
            await SecureAsync(projectFolder, cancellationToken);
            offers = await AskAsync(hello, 250, cancellationToken);
        }

        if (_options.User is { } user && _options.Password is { } password)
            await LogInAsync(user, password.Reveal(), offers, cancellationToken);
    }

    private async Task LogInAsync(string user, string password, string offers, CancellationToken cancellationToken)
    {
        var ways = offers.Split('\n').FirstOrDefault(line => line.StartsWith("AUTH", StringComparison.OrdinalIgnoreCase)) ?? "";
        if (ways.Contains("PLAIN", StringComparison.OrdinalIgnoreCase))
        {
            await AskAsync($"AUTH PLAIN {Base64($"\0{user}\0{password}")}", 235, cancellationToken, "AUTH PLAIN");
            return;
        }

        await AskAsync("AUTH LOGIN", 334, cancellationToken);
        await AskAsync(Base64(user), 334, cancellationToken, "the user's name");
        await AskAsync(Base64(password), 235, cancellationToken, "the password");
    }

    private async Task SecureAsync(string projectFolder, CancellationToken cancellationToken)
    {
        var secure = new SslStream(_stream);
        _stream = secure;
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = _options.Host, CertificateChainPolicy = Authorities(projectFolder) }, cancellationToken);
        // What was read ahead in the clear is not an answer to anything that is said from now on.
        _reader = ReaderOf(secure);
    }

    private X509ChainPolicy? Authorities(string projectFolder)
    {
        if (_options.RootCertificate is not { } file)
            return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(Path.Combine(projectFolder, file));
        return policy;
    }

    private async Task<string> AskAsync(string line, int expected, CancellationToken cancellationToken, string? shown = null)
    {
        await WriteAsync(line, cancellationToken);
        return await ExpectAsync(shown ?? line, expected, cancellationToken);
    }

    private async Task WriteAsync(string line, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), cancellationToken);
        await _stream.FlushAsync(cancellationToken);
    }

    /// <summary>Reads an answer, which may have many lines: <c>250-ONE</c>, <c>250 LAST</c>.</summary>
    private async Task<string> ExpectAsync(string asked, int expected, CancellationToken cancellationToken)
    {
        var said = new List<string>();
        while (true)
        {
            var line = await _reader.ReadLineAsync(cancellationToken) ?? throw new IOException("the connection was closed");
            said.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length > 3 && line[3] == '-')
                continue;
            return int.TryParse(line.AsSpan(0, Math.Min(3, line.Length)), CultureInfo.InvariantCulture, out var code) && code == expected
                ? string.Join('\n', said)
                : throw new SmtpRefusalException($"refused {asked}: {line}");
        }
    }

    private static StreamReader ReaderOf(Stream stream) => new(stream, Encoding.UTF8, false, 1024, leaveOpen: true);

    private static string AddressOf(string address) => new MailAddress(address).Address;

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}

/// <summary>The mail server refused; the message begins where its name ends.</summary>
internal sealed class SmtpRefusalException(string message) : Exception(message);
