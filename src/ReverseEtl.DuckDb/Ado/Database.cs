using ReverseEtl.DuckDb.Native;

namespace ReverseEtl.DuckDb;

/// <summary>Opens databases. DuckDB's own cache makes all connections of the process to one file share one instance, and closes it with the last.</summary>
internal static unsafe class Database
{
    // Lives as long as the process.
    private static readonly Lazy<nint> Cache = new(Api.duckdb_create_instance_cache);

    internal static DatabaseHandle Open(DuckDBConnectionStringBuilder settings)
    {
        if (settings.DataSource is not { Length: > 0 } source)
            throw new InvalidOperationException("The connection string names no Data Source: a file, or :memory:.");

        using var config = Configure(settings);
        var state = Api.duckdb_get_or_create_from_cache(Cache.Value, NativeText.Terminated(source, "The Data Source"), out var database, config, out var error);
        if (state == State.Success)
            return database;

        database.Dispose();
        var reason = NativeText.Owned(error) ?? "DuckDB gives no reason.";
        throw new DuckDBException($"Cannot open '{source}': {reason}", ErrorTypes.Of(reason));
    }

    private static ConfigHandle Configure(DuckDBConnectionStringBuilder settings)
    {
        _ = Api.duckdb_create_config(out var config);
        foreach (var (name, value) in settings.Settings())
        {
            if (Api.duckdb_set_config(config, name, value) == State.Success)
                continue;
            config.Dispose();
            throw new DuckDBException($"The connection string's setting '{name}={value}' is unknown to DuckDB, or its value is.", DuckDBErrorType.InvalidConfiguration);
        }
        return config;
    }

    internal static ConnectionHandle Connect(DatabaseHandle database)
    {
        if (Api.duckdb_connect(database, out var connection) != State.Success)
            throw new DuckDBException("Cannot connect to the database.", DuckDBErrorType.Connection);
        connection.KeepAlive(database);
        return connection;
    }
}
