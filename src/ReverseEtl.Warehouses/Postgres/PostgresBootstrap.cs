using Npgsql;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>Fills a database that has no table yet from scripts, so that a sample or a test begins with one command.</summary>
internal static class PostgresBootstrap
{
    // Any number; it keeps two processes from filling the same database.
    private const long Lock = 0x63647062;

    /// <summary>Runs the scripts in one transaction, where there are some and the database has no table.</summary>
    /// <param name="session">Connections.</param>
    /// <param name="scripts">The scripts, from the project's folder.</param>
    /// <param name="folder">The project's folder.</param>
    /// <param name="begins">Is called before the scripts run.</param>
    /// <param name="cancellationToken">Stops it; nothing is done then.</param>
    /// <exception cref="WarehouseException">A script is not there, or fails.</exception>
    public static async Task EnsureAsync(PostgresSession session, IReadOnlyList<string> scripts, string folder, Action begins, CancellationToken cancellationToken)
    {
        if (scripts.Count == 0)
            return;
        await using var connection = await session.OpenAsync(cancellationToken);
        if (await HasTablesAsync(connection, cancellationToken))
            return;
        begins();
        var script = "";
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await ExecuteAsync(connection, $"set transaction read write; select pg_advisory_xact_lock({Lock})", cancellationToken);
            if (await HasTablesAsync(connection, cancellationToken))
                return;
            foreach (var name in scripts)
            {
                script = name;
                await ExecuteAsync(connection, await ReadAsync(Path.Combine(folder, name), name, cancellationToken), cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
        }
        catch (PostgresException error)
        {
            throw new WarehouseException($"{script}: {error.MessageText} ({error.SqlState})", error);
        }
    }

    // The program's own tables do not count: the control store may be in the same database.
    private const string HasTables = """
        select exists (
          select from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relkind in ('r', 'p', 'f') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'cdp_planner')
            and not exists (select from pg_class own where own.relnamespace = n.oid and own.relname = 'control_store'))
        """;

    private static async Task<bool> HasTablesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(HasTables, connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<string> ReadAsync(string path, string name, CancellationToken cancellationToken) => File.Exists(path)
        ? await File.ReadAllTextAsync(path, cancellationToken)
        : throw new WarehouseException($"warehouse.bootstrap names {name}, which is not there");

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
