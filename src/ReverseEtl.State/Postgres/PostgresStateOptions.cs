using System.ComponentModel;
using Npgsql;
using ReverseEtl.Core.Config;

namespace ReverseEtl.State.Postgres;

/// <summary>The control store in a PostgreSQL database: for several machines.</summary>
public sealed record PostgresStateOptions : StateOptions
{
    /// <summary>The value of <c>type</c>.</summary>
    public const string TypeName = "postgres";

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

    [Description("The schema of the tables, made when there is none. Projects and environments may share one: each sees its own syncs only.")]
    public string Schema { get; init; } = "cdp_state";

    /// <summary>What is wrong with the options; null where nothing is.</summary>
    public string? Problem(string projectFolder)
    {
        if (ConnectionString is null && (Host is null || Database is null || User is null))
            return "say where the database is: host, database and user, or connectionString";
        if (RootCertificate is { } pem && !File.Exists(Path.Combine(projectFolder, pem)))
            return $"rootCertificate: there is no file {pem} (from the project's folder)";
        if (string.IsNullOrWhiteSpace(Schema))
            return "schema must not be empty";
        try
        {
            return string.IsNullOrEmpty(Connection(projectFolder).Host) ? "connectionString names no Host" : null;
        }
        catch (ArgumentException)
        {
            // Its message may quote a part of the secret.
            return "the connection cannot be read: check sslMode and connectionString, which is Host=...;Database=...;Username=...;Password=...";
        }
    }

    /// <summary>What Npgsql connects with.</summary>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    public NpgsqlConnectionStringBuilder Connection(string projectFolder) => new(ConnectionString?.Reveal() ?? new NpgsqlConnectionStringBuilder
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
        // Seconds: forgetting a run with millions of rejected rows takes its time.
        CommandTimeout = 120,
        // It quotes whole rows.
        IncludeErrorDetail = false,
    };
}
