using System.ComponentModel;
using Npgsql;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>A PostgreSQL database. With <c>planner: local</c> it is only read, but for <see cref="Bootstrap"/>.</summary>
public sealed record PostgresWarehouseOptions : WarehouseOptions
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

    [Description("The schemas that tables without a schema are looked for in, in this order.")]
    public IReadOnlyList<string> Schema { get; init; } = ["public"];

    [Description("How long to wait for a connection.")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    [Description("How long one statement may take; reading a model is one.")]
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromHours(1);

    [Description("Where the model is compared with what was told: local (on this machine) or warehouse (in its schema cdp_planner).")]
    public PlannerPlace Planner { get; init; } = PlannerPlace.Local;

    [Description("planner: local: memory that it may use, such as 4GB; four fifths of the machine's when left out. It spills to disk beyond.")]
    public string? MemoryLimit { get; init; }

    [Description("SQL scripts that fill the database when it has no table yet; the role must be allowed to.")]
    public IReadOnlyList<string> Bootstrap { get; init; } = [];

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
        Timeout = Math.Max(1, (int)ConnectTimeout.TotalSeconds),
        // The server's own limit comes first, and says what it is.
        CommandTimeout = (int)StatementTimeout.TotalSeconds + 30,
        TcpKeepAlive = true,
        // Models come in as streams: fewer and larger reads.
        ReadBufferSize = 64 * 1024,
        // What PostgresSession sets on a new connection stays.
        NoResetOnClose = true,
        // It quotes whole rows.
        IncludeErrorDetail = false,
    };
}
