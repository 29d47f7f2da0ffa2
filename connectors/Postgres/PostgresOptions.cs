using System.ComponentModel;
using Npgsql;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Connectors.Postgres;

/// <summary>A PostgreSQL database in cdp.config.json.</summary>
public sealed record PostgresOptions : DestinationOptions
{
    [Description("The server's host, or the folder of its Unix socket.")]
    public string? Host { get; init; }

    [Description("The server's port.")]
    public int Port { get; init; } = 5432;

    [Description("The database.")]
    public string? Database { get; init; }

    [Description("The role to log in as.")]
    public string? User { get; init; }

    [Description("Its password.")]
    public Secret? Password { get; init; }

    [Description("How far TLS is asked for. verify_full checks certificate and host name; a server without TLS needs disable.")]
    public SslMode SslMode { get; init; } = SslMode.VerifyFull;

    [Description("A PEM file with the authority that signed the server's certificate, where the system does not know it.")]
    public string? RootCertificate { get; init; }

    [Description("Instead of all of the above: a connection string as Npgsql reads it. TLS is then as that string has it.")]
    public Secret? ConnectionString { get; init; }

    [Description("How long to wait for a connection.")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    [Description("How long one statement may take.")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    [Description("How long to wait for a lock that somebody else holds.")]
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What Npgsql connects with.</summary>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    internal NpgsqlConnectionStringBuilder Connection(string projectFolder) => new(ConnectionString?.Reveal() ?? new NpgsqlConnectionStringBuilder
    {
        Host = Host,
        Port = Port,
        Database = Database,
        Username = User,
        Password = Password?.Reveal(),
        SslMode = SslMode,
        // It would be tried before TLS, and a refused certificate then tried twice.
        GssEncryptionMode = GssEncryptionMode.Disable,
        RootCertificate = RootCertificate is null ? null : Path.Combine(projectFolder, RootCertificate),
    }.ConnectionString)
    {
        ApplicationName = "cdp",
        // A wall-clock time that goes into a timestamptz is taken for UTC.
        Timezone = "UTC",
        Timeout = Seconds(ConnectTimeout),
        CommandTimeout = Seconds(Timeout),
        // It quotes whole rows.
        IncludeErrorDetail = false,
    };

    private static int Seconds(TimeSpan time) => Math.Max(1, (int)time.TotalSeconds);
}

/// <summary>The table that a sync writes to.</summary>
public sealed record PostgresObject
{
    [Description("The table's schema.")]
    public string Schema { get; init; } = "public";

    [Description("The table.")]
    public required string Table { get; init; }

    [Description("The columns that rows are told apart by; they have a unique index. Leave it out for a table of events (mode append).")]
    public IReadOnlyList<string> Id { get; init; } = [];

    [Description("Mode append: a text column with a unique index that gets an id of each event, so that a repeat is dropped.")]
    public string? EventId { get; init; }

    [Description("Make the table if there is none, with the types of the mapped columns. A table that exists is never altered.")]
    public bool Create { get; init; }

    [Description("on_removed: archive: the column that gets the time of the removal, and NULL when the row comes back.")]
    public string ArchivedAt { get; init; } = "deleted_at";

    /// <summary>What a row must be unique by, if anything.</summary>
    internal IReadOnlyList<string> UniqueBy => EventId is null ? Id : [EventId];
}
