using System.Globalization;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.Local;
using ReverseEtl.Warehouses.Postgres;

namespace ReverseEtl.Warehouses.InWarehouse.Postgres;

/// <summary>A connection that plans one sync. It reads only, but for the transactions in which the planner writes to its own schema.</summary>
internal sealed class PostgresPlannerSession(NpgsqlConnection connection) : IPlannerSession
{
    private const int LockPatienceMs = 10_000;
    private const int LockPauseMs = 200;

    // One join of two large tables: workers are worth their start, and what they find must not cost more than it does; compiled
    // expressions save less than they take.
    private const string Settings = "set transaction read write; set local jit = off; set local parallel_setup_cost = 0; set local parallel_tuple_cost = 0";

    private long? _lock;

    public async Task LockAsync(SyncTables tables, string sync, CancellationToken cancellationToken)
    {
        var key = long.Parse(tables.Id[..16], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        // The backend of a process that was killed may still be at work for a moment.
        for (var waited = 0; !await IsTrueAsync($"select pg_try_advisory_lock({key})", cancellationToken); waited += LockPauseMs)
        {
            if (waited >= LockPatienceMs)
                throw new WarehouseException($"sync {sync} is being run by another process, whose session holds its lock in the warehouse; wait for it");
            await Task.Delay(LockPauseMs, cancellationToken);
        }

        _lock = key;
    }

    public Task<bool> ExistsAsync(string table, CancellationToken cancellationToken) =>
        IsTrueAsync($"select to_regclass({PostgresDialect.Text(table)}) is not null", cancellationToken);

    public async Task CreateSchemaAsync(CancellationToken cancellationToken)
    {
        if (await IsTrueAsync($"select to_regnamespace('{SyncTables.Schema}') is not null", cancellationToken))
            return;
        try
        {
            await TransactAsync([$"create schema if not exists {SyncTables.Schema}"], null, cancellationToken);
        }
        catch (WarehouseException error) when (error.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DuplicateSchema })
        {
            // Another sync was faster.
        }
    }

    public Task<IReadOnlyList<long>> TransactAsync(IReadOnlyList<string> statements, CompiledQuery? model, CancellationToken cancellationToken) => RunAsync(
        model,
        async run =>
        {
            var changed = new List<long>(statements.Count);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await ExecuteAsync(Settings, cancellationToken);
            foreach (var statement in statements)
            {
                if (model is not null)
                    await ExecuteAsync($"set local enable_hashjoin = {(await IsMergedFasterAsync(run(statement), cancellationToken) ? "off" : "on")}", cancellationToken);
                changed.Add(await ExecuteAsync(run(statement), cancellationToken));
            }

            await transaction.CommitAsync(cancellationToken);
            return (IReadOnlyList<long>)changed;
        });

    public Task<RowPage> QueryAsync(string sql, IReadOnlyList<FieldType> types, CompiledQuery? model, CancellationToken cancellationToken) => RunAsync(
        model,
        async run =>
        {
            var builders = types.Select((type, i) => new FieldColumnBuilder(i.ToString(CultureInfo.InvariantCulture), type)).ToList();
            await using var command = new NpgsqlCommand(run(sql), connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var count = 0;
            for (; await reader.ReadAsync(cancellationToken); count++)
            {
                for (var i = 0; i < builders.Count; i++)
                    Append(builders[i], reader, i);
            }

            return new RowPage([.. builders.Select(builder => builder.Build())], count);
        });

    public async Task<double?> EstimateAsync(string sql, CompiledQuery model, CancellationToken cancellationToken)
    {
        using var page = await QueryAsync($"explain (format json) {sql}", [FieldType.Json], model, cancellationToken);
        using var plan = JsonDocument.Parse(page[0].Text(0)!);
        return plan.RootElement[0].GetProperty("Plan").GetProperty("Total Cost").GetDouble();
    }

    public IPlanReader Read(PlanQuery rows) => new PlanCopy(connection, rows, error => Translate(error, null, ""));

    public string LookTable(string name) => $"pg_temp.{PostgresDialect.Name($"cdp_{name}")}";

    public Task FillAsync(string table, IEnumerable<RowPage> pages, CancellationToken cancellationToken) => RunAsync<bool>(
        null,
        async _ =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await ExecuteAsync(Settings, cancellationToken);
            NpgsqlBinaryImporter? writer = null;
            foreach (var page in pages)
            {
                writer ??= await connection.BeginBinaryImportAsync($"copy {table} ({string.Join(", ", page.Columns.Select(column => column.Name))}) from stdin (format binary)", cancellationToken);
                await WriteAsync(writer, page, cancellationToken);
            }

            if (writer is not null)
            {
                await writer.CompleteAsync(cancellationToken);
                await writer.DisposeAsync();
            }

            await transaction.CommitAsync(cancellationToken);
            return true;
        });

    /// <summary>Gives the connection back as it was: its session goes on, for others.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (connection.FullState is System.Data.ConnectionState.Open)
                await ExecuteAsync($"discard temp{(_lock is { } key ? $"; select pg_advisory_unlock({key})" : "")}", default);
        }
        catch (Exception error) when (error is NpgsqlException or InvalidOperationException)
        {
            // It is broken, or a transaction of it is: the server has let go of the lock, or will when it is closed.
            NpgsqlConnection.ClearPool(connection);
        }

        await connection.DisposeAsync();
    }

    // A full join that hashes is not done by several workers before version 16, and then takes a third longer than one that merges, as the
    // snapshot has its index. Where the model joins by hashing itself, that is not to be forbidden.
    private async Task<bool> IsMergedFasterAsync(string statement, CancellationToken cancellationToken)
    {
        if (!statement.Contains(DiffSql.Join, StringComparison.Ordinal))
            return false;
        await using var command = new NpgsqlCommand($"explain (format json) {statement}", connection);
        using var plan = JsonDocument.Parse((string)(await command.ExecuteScalarAsync(cancellationToken))!);
        var joins = Nodes(plan.RootElement[0].GetProperty("Plan")).Where(node => node.GetProperty("Node Type").GetString() == "Hash Join").ToList();
        return joins is [var join] && join.GetProperty("Join Type").GetString() == "Full" && !join.GetProperty("Parallel Aware").GetBoolean();
    }

    private static IEnumerable<JsonElement> Nodes(JsonElement node) =>
        node.TryGetProperty("Plans", out var plans) ? plans.EnumerateArray().SelectMany(Nodes).Prepend(node) : [node];

    private Task<bool> IsTrueAsync(string sql, CancellationToken cancellationToken) => RunAsync(
        null,
        async run =>
        {
            await using var command = new NpgsqlCommand(run(sql), connection);
            return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
        });

    private async Task<long> ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void Append(FieldColumnBuilder builder, NpgsqlDataReader reader, int column)
    {
        if (reader.IsDBNull(column))
            builder.AppendNull();
        else if (builder.Type is FieldType.Boolean)
            builder.AppendFixed(reader.GetBoolean(column) ? 1 : 0);
        else if (builder.Type is FieldType.Float)
            builder.AppendFixed(BitConverter.DoubleToInt64Bits(reader.GetDouble(column)));
        else if (builder.Type is FieldType.Integer)
            builder.AppendFixed(Convert.ToInt64(reader.GetValue(column), CultureInfo.InvariantCulture));
        else
            builder.AppendText(reader.GetString(column));
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter writer, RowPage page, CancellationToken cancellationToken)
    {
        for (var row = 0; row < page.Count; row++)
        {
            await writer.StartRowAsync(cancellationToken);
            foreach (var column in page.Columns)
                await WriteAsync(writer, column, row, cancellationToken);
        }
    }

    private static Task WriteAsync(NpgsqlBinaryImporter writer, FieldColumn column, int row, CancellationToken cancellationToken) => column.Type switch
    {
        _ when column.IsNull(row) => writer.WriteNullAsync(cancellationToken),
        FieldType.Boolean => writer.WriteAsync(column.Boolean(row), NpgsqlDbType.Boolean, cancellationToken),
        FieldType.Integer => writer.WriteAsync(column.Integer(row), NpgsqlDbType.Bigint, cancellationToken),
        FieldType.Float => writer.WriteAsync(column.Float(row), NpgsqlDbType.Double, cancellationToken),
        _ => writer.WriteAsync(column.Text(row)!, NpgsqlDbType.Text, cancellationToken),
    };

    /// <param name="model">The model that the work reads, or null.</param>
    /// <param name="work">Gets a function that every statement is passed through, so that errors know it.</param>
    private async Task<T> RunAsync<T>(CompiledQuery? model, Func<Func<string, string>, Task<T>> work)
    {
        var statement = "";
        try
        {
            return await work(sql => statement = sql);
        }
        catch (NpgsqlException error)
        {
            throw Translate(error, model, statement);
        }
    }

    private Exception Translate(NpgsqlException error, CompiledQuery? model, string statement)
    {
        if (error is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } denied && MissingGrant(denied.MessageText) is { } grant)
            return new WarehouseException($"the planner may not write to the schema {SyncTables.Schema} (PostgreSQL: {denied.MessageText}); let its owner run: {grant}", error);
        return model is null ? PostgresErrors.Unusable(error) : PostgresErrors.Translate(error, model, statement, connection.UserName);
    }

    private string? MissingGrant(string message)
    {
        var role = connection.UserName is { } name ? PostgresDialect.Name(name) : "the role";
        if (message.StartsWith("permission denied to create temporary tables", StringComparison.Ordinal))
            return $"GRANT TEMPORARY ON DATABASE {PostgresDialect.Name(connection.Database)} TO {role}";
        if (message.StartsWith("permission denied for database", StringComparison.Ordinal))
            return $"CREATE SCHEMA {SyncTables.Schema} AUTHORIZATION {role}";
        return message.Contains(SyncTables.Schema, StringComparison.Ordinal) ? $"GRANT USAGE, CREATE ON SCHEMA {SyncTables.Schema} TO {role}" : null;
    }
}
