using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ReverseEtl.Connectors.Postgres;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Tests.Connectors;

/// <summary>What can be known of a set-up without a PostgreSQL.</summary>
public sealed class PostgresSetUpTests
{
    private static readonly PostgresDestinationType Kind = new();

    private static readonly PostgresOptions Options = new() { Type = "postgres", Host = "127.0.0.1", Database = "shop", User = "cdp", Password = new Secret("pg-secret"), ConnectTimeout = TimeSpan.FromSeconds(5) };

    private static readonly PostgresObject Rows = new() { Table = "customers", Id = ["id"] };

    [Fact]
    public void A_good_set_up_has_no_problems()
    {
        Assert.Empty(Kind.Check(Request(Options, Rows, SyncMode.Mirror)));
        Assert.Empty(Kind.Check(Request(new() { Type = "postgres", ConnectionString = new Secret("Host=db;Database=shop") }, new() { Table = "events", EventId = "event_id" }, SyncMode.Append)));
    }

    [Fact]
    public void Where_the_database_is_must_be_said()
    {
        Assert.Contains("host, database and user, or connectionString", Problem(Options with { Host = null }, Rows));
        var unreadable = Problem(Options with { ConnectionString = new Secret("Hots=pg-secret") }, Rows);
        Assert.Contains("the connection cannot be read", unreadable);
        Assert.DoesNotContain("pg-secret", unreadable);
        Assert.Contains("there is no file none.pem", Problem(Options with { RootCertificate = "none.pem" }, Rows));
        Assert.Contains("must be above zero", Problem(Options with { LockTimeout = TimeSpan.Zero }, Rows));
    }

    [Fact]
    public void Rows_have_an_id_and_events_have_none()
    {
        Assert.Contains("object.id is missing", Problem(Options, new() { Table = "customers" }));
        Assert.Contains("use mode insert", Problem(Options, Rows, SyncMode.Append));
        Assert.Contains("needs the field tenant", Problem(Options, Rows with { Id = ["id", "tenant"] }));
        Assert.Contains("name is filled by the connector (object.event_id)", Problem(Options, new() { Table = "events", EventId = "name" }, SyncMode.Append));
        Assert.Contains("name is filled by the connector (on_removed: archive)", Problem(Options, Rows with { ArchivedAt = "name" }, SyncMode.Mirror, Removal.Archive));
    }

    [Fact]
    public async Task The_certificate_must_be_vouched_for_unless_something_else_is_said()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener);
        await using var destination = Kind.Open(Request(Options with { Port = ((IPEndPoint)listener.LocalEndpoint).Port }, Rows, SyncMode.Mirror));

        var refusal = await Assert.ThrowsAsync<DestinationException>(async () => await destination.CheckAsync(TestContext.Current.CancellationToken));
        await Assert.ThrowsAnyAsync<Exception>(() => serving);

        Assert.False(refusal.IsUnreachable);
        Assert.Contains("rootCertificate", refusal.Message);
    }

    [Theory]
    [InlineData("nowhere.invalid")]
    [InlineData("/nowhere")]
    public async Task A_host_that_does_not_exist_is_unreachable(string host)
    {
        await using var destination = Kind.Open(Request(Options with { Host = host }, Rows, SyncMode.Mirror));

        var refusal = await Assert.ThrowsAsync<DestinationException>(async () => await destination.CheckAsync(TestContext.Current.CancellationToken));

        Assert.True(refusal.IsUnreachable);
        Assert.Contains("Check host, port and the network", refusal.Message);
    }

    /// <summary>A server that takes the request for TLS and shows a certificate of its own making.</summary>
    private static async Task ServeAsync(TcpListener listener)
    {
        using var key = RSA.Create(2048);
        using var made = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.ReadExactlyAsync(new byte[8], TestContext.Current.CancellationToken);
        await stream.WriteAsync("S"u8.ToArray(), TestContext.Current.CancellationToken);
        await using var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(certificate);
        // With TLS 1.3 the client refuses after the server is done.
        await tls.ReadExactlyAsync(new byte[1], TestContext.Current.CancellationToken);
    }

    private static string Problem(PostgresOptions options, PostgresObject @object, SyncMode mode = SyncMode.Mirror, Removal removal = Removal.Delete) =>
        string.Join("; ", Kind.Check(Request(options, @object, mode, removal)));

    private static DestinationRequest Request(PostgresOptions options, PostgresObject @object, SyncMode mode, Removal removal = Removal.Delete) => new()
    {
        Options = options,
        Object = @object,
        Sync = "s",
        Model = "m",
        Mode = mode,
        OnRemoved = removal,
        Key = ["id"],
        Fields = ["id", "name"],
        ProjectFolder = ".",
    };
}
