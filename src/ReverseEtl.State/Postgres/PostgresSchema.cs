using System.Data;
using Npgsql;
using ReverseEtl.Core.State;

namespace ReverseEtl.State.Postgres;

/// <summary>Brings the schema to this program's version. The version stands in the table <c>control_store</c>.</summary>
internal static class PostgresSchema
{
    /// <summary>Entry n brings version n to n + 1. Entries are only ever appended.</summary>
    private static readonly string[] Migrations = [PostgresTables.First, PostgresTables.Second, PostgresTables.Third, PostgresTables.Fourth];

    // Asked as a query: what to_regclass remembers may be older than the lock.
    private const string HoldsTables = """
        select exists (select from pg_class join pg_namespace on pg_namespace.oid = relnamespace where nspname = $1)
        """;

    private const string HoldsVersion = """
        select exists (select from pg_class join pg_namespace on pg_namespace.oid = relnamespace where nspname = $1 and relname = 'control_store')
        """;

    private const string Exists = "select exists (select from pg_namespace where nspname = $1)";

    private const string Lock = "select pg_advisory_xact_lock(hashtextextended('cdp control store ' || $1, 0))";

    /// <summary>Makes or migrates the tables; a schema of this version is only read, so that a role without more rights will do.</summary>
    /// <exception cref="ControlStoreException">The schema is newer than this program, or of another one.</exception>
    public static async Task MigrateAsync(NpgsqlConnection connection, string place, string schema)
    {
        if (await VersionAsync(connection, place, schema) == Migrations.Length)
            return;
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted);
        await AskAsync(connection, Lock, schema);
        // Looked at again under the lock, as several processes may do this at once.
        var version = await VersionAsync(connection, place, schema);
        var quoted = PostgresScope.Quote(schema);
        if (version is null && await AskAsync(connection, HoldsTables, schema) is true)
            throw new ControlStoreException(
                $"control store {place}: the schema {schema} holds tables of something else. Name another one in state.schema.");
        // "if not exists" asks for the right to make one even where it exists.
        if (await AskAsync(connection, Exists, schema) is false)
            await AskAsync(connection, $"create schema {quoted}");
        foreach (var migration in Migrations[(version ?? 0)..])
            await AskAsync(connection, PostgresScope.Named(migration, quoted));
        await AskAsync(connection, PostgresScope.Named("update cdp.control_store set version = $1", quoted), Migrations.Length);
        await transaction.CommitAsync();
    }

    /// <summary>The schema's version; null where it has none.</summary>
    private static async Task<int?> VersionAsync(NpgsqlConnection connection, string place, string schema)
    {
        var quoted = PostgresScope.Quote(schema);
        if (await AskAsync(connection, HoldsVersion, schema) is false)
            return null;
        var (version, known) = ((int)(await AskAsync(connection, $"select version from {quoted}.control_store"))!, Migrations.Length);
        return version <= known ? version : throw new ControlStoreException(
            $"control store {place}: the schema {schema} is version {version}, this program knows versions up to {known}. "
            + "Use the newer program that wrote it, or name another schema in state.schema.");
    }

    private static async Task<object?> AskAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteScalarAsync();
    }
}
