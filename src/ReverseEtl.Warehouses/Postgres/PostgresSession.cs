using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>
/// Connections to the database whose sessions give the same text for the same value whatever the server, the database or the role has as
/// its defaults, and whose transactions only read unless they say otherwise as they begin (<c>set transaction read write</c>).
/// </summary>
internal sealed class PostgresSession : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly string _server;

    /// <param name="options">The project's options.</param>
    /// <param name="projectFolder">The folder that paths in them start from.</param>
    /// <exception cref="ProjectException">The options are incomplete, or cannot be read.</exception>
    public PostgresSession(PostgresWarehouseOptions options, string projectFolder)
    {
        var settings = Settings(options);
        var builder = new NpgsqlDataSourceBuilder(ConnectionString(options, projectFolder));
        builder.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = new NpgsqlCommand(settings, connection);
                command.ExecuteNonQuery();
            },
            async connection =>
            {
                await using var command = new NpgsqlCommand(settings, connection);
                await command.ExecuteNonQueryAsync();
            });
        _source = builder.Build();
        var place = builder.ConnectionStringBuilder;
        _server = string.Create(CultureInfo.InvariantCulture, $"{place.Host}:{place.Port}");
    }

    /// <summary>An open connection, from the pool or new.</summary>
    /// <exception cref="WarehouseException">There is none to be had.</exception>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _source.OpenConnectionAsync(cancellationToken);
        }
        catch (Exception error) when (error is NpgsqlException or SocketException or AuthenticationException or TimeoutException)
        {
            throw PostgresErrors.Unusable(error, _server);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static string ConnectionString(PostgresWarehouseOptions options, string projectFolder)
    {
        if (options.ConnectionString is null && (options.Host is null || options.Database is null || options.User is null))
            throw Wrong("say where the database is: host, database and user, or connectionString");
        if (options.RootCertificate is { } pem && !File.Exists(Path.Combine(projectFolder, pem)))
            throw Wrong($"rootCertificate: there is no file {pem} (from the project's folder)");
        if (options.ConnectTimeout <= TimeSpan.Zero || options.StatementTimeout <= TimeSpan.Zero)
            throw Wrong("connectTimeout and statementTimeout must be above zero");
        try
        {
            return options.Connection(projectFolder).ConnectionString;
        }
        catch (ArgumentException)
        {
            throw Wrong("the connection cannot be read: check sslMode and connectionString, which is Host=...;Database=...;Username=...;Password=...");
        }
    }

    private static ProjectException Wrong(string message) => new(new Position("cdp.config.json", Path: "warehouse"), message);

    private static string Settings(PostgresWarehouseOptions options)
    {
        (string Name, string Value)[] settings =
        [
            ("default_transaction_read_only", "on"),
            ("timezone", "UTC"),
            ("datestyle", "ISO, YMD"),
            ("intervalstyle", "postgres"),
            ("extra_float_digits", "1"),
            ("bytea_output", "hex"),
            ("standard_conforming_strings", "on"),
            // A scan begins where the table does, so that a table that was not written to gives its rows in the same order again.
            ("synchronize_seqscans", "off"),
            // While the plan is made of what was read, the transaction waits.
            ("idle_in_transaction_session_timeout", "0"),
            ("statement_timeout", string.Create(CultureInfo.InvariantCulture, $"{Math.Min(options.StatementTimeout.TotalMilliseconds, int.MaxValue):0}")),
            ("search_path", string.Join(", ", options.Schema.Select(PostgresDialect.Name))),
        ];
        return $"select {string.Join(", ", settings.Select(setting => $"set_config('{setting.Name}', {PostgresDialect.Text(setting.Value)}, false)"))}";
    }
}
