using Npgsql;

namespace ReverseEtl.Server.Scheduling;

/// <summary>
/// Quartz's tables in the control store's schema. Quartz makes what is missing; tables of another version are dropped before, as all in
/// them is made again from the project.
/// </summary>
internal static class QuartzTables
{
    /// <summary>What the tables are called with until Quartz changes them. To be raised with a version of the package whose tables differ.</summary>
    private const string Version = "Quartz 4.7";

    private const string Lock = "select pg_advisory_xact_lock(hashtextextended('cdp scheduler ' || current_schema(), 0))";

    private const string Found = "select coalesce(obj_description(to_regclass('qrtz_locks')), 'unmarked') where to_regclass('qrtz_locks') is not null";

    private const string Drop = """
        do $$ declare name text; begin
          for name in select tablename from pg_tables where schemaname = current_schema() and tablename like 'qrtz\_%' loop
            execute format('drop table %I cascade', name);
          end loop;
        end $$
        """;

    /// <summary>Drops tables of another version. Workers of that version stop with errors of their database, and are to be replaced.</summary>
    public static Task PrepareAsync(string connectionString, CancellationToken cancellationToken) => InLockAsync(connectionString, async connection =>
    {
        if (await AskAsync(connection, Found) is string found && found is not ("unmarked" or Version))
            await AskAsync(connection, Drop);
    }, cancellationToken);

    /// <summary>Marks the tables that Quartz has made, or found.</summary>
    public static Task MarkAsync(string connectionString, CancellationToken cancellationToken) => InLockAsync(connectionString, async connection =>
    {
        // A role that may only use them need not mark them again.
        if (await AskAsync(connection, Found) is not Version)
            await AskAsync(connection, $"comment on table qrtz_locks is '{Version}'");
    }, cancellationToken);

    private static async Task InLockAsync(string connectionString, Func<NpgsqlConnection, Task> work, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await AskAsync(connection, Lock);
        await work(connection);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<object?> AskAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
