using System.ComponentModel;
using System.Net.Mail;
using System.Net.Sockets;
using System.Security.Authentication;
using ReverseEtl.Core.Alerts;
using ReverseEtl.Core.Config;
using ReverseEtl.Http.Requests;

namespace ReverseEtl.Server.Alerts.Channels;

/// <summary>Mail by SMTP.</summary>
internal sealed record EmailChannelOptions : AlertChannelOptions
{
    [Description("The mail server.")]
    public required string Host { get; init; }

    [Description("Its port; 587 when left out, or 465 with tls: implicit.")]
    public int? Port { get; init; }

    [Description("starttls, implicit or none. Without TLS no password is sent.")]
    public SmtpTls Tls { get; init; } = SmtpTls.Starttls;

    [Description("The authorities that the server's certificate may come from, as a PEM file; the system's when left out.")]
    public string? RootCertificate { get; init; }

    [Description("Who logs in; nobody when left out.")]
    public string? User { get; init; }

    [Description("The password.")]
    public Secret? Password { get; init; }

    [Description("The sender's address.")]
    public required string From { get; init; }

    [Description("The receivers' addresses.")]
    public required IReadOnlyList<string> To { get; init; }

    /// <inheritdoc/>
    public override string? Problem() =>
        To.Count == 0 ? "to must name at least one address"
        : To.Append(From).FirstOrDefault(address => !MailAddress.TryCreate(address, out _)) is { } wrong ? $"\"{wrong}\" is no mail address"
        : (User is null) != (Password is null) ? "user and password belong together"
        : User is not null && Tls is SmtpTls.None ? "a password is not sent without TLS; say tls: starttls or implicit"
        : null;

    /// <summary>The port to connect to.</summary>
    internal int PortOrUsual => Port ?? (Tls is SmtpTls.Implicit ? 465 : 587);
}

/// <summary>How a connection to a mail server is kept secret.</summary>
public enum SmtpTls
{
    /// <summary>It begins in the clear, and nothing is said before TLS stands.</summary>
    Starttls,

    /// <summary>From the first byte.</summary>
    Implicit,

    /// <summary>Not at all.</summary>
    None,
}

/// <summary>One mail to all receivers.</summary>
internal sealed class EmailChannel(EmailChannelOptions options, string projectFolder, TimeProvider time) : IAlertChannel
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public async Task<string?> TellAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await using var connection = await SmtpConnection.OpenAsync(options, projectFolder, either.Token);
            await connection.SendAsync(MailText.Of(message, options, time.GetUtcNow()), either.Token);
            return null;
        }
        catch (SmtpRefusalException refusal)
        {
            return $"{options.Host} {new Redactor(options.Password is null ? [] : [options.Password]).Clean(refusal.Message)}";
        }
        catch (AuthenticationException error)
        {
            return $"the certificate of {options.Host} was refused: {error.Message}";
        }
        catch (Exception error) when (error is IOException or SocketException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return $"no answer from {options.Host}: {HttpFailure.Reason(error is SocketException ? new IOException("", error) : error)}";
        }
    }
}
