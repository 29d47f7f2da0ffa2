using System.Data;
using System.Globalization;
using Npgsql;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.InWarehouse;
using ReverseEtl.Warehouses.InWarehouse.Postgres;
using ReverseEtl.Warehouses.Local;
using ReverseEtl.Warehouses.Local.Streaming;
using ReverseEtl.Warehouses.Log;
using ReverseEtl.Warehouses.Moving;
using ReverseEtl.Warehouses.Postgres.Copy;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>A PostgreSQL database as the warehouse of a project.</summary>
public sealed class PostgresWarehouse : IPlansAnywhere
{
    private readonly string _tempFolder;

    private PostgresWarehouse(PostgresWarehouseOptions options, PostgresSession session, string tempFolder) =>
        (Options, Session, _tempFolder) = (options, session, tempFolder);

    /// <inheritdoc/>
    public ISqlDialect Dialect { get; } = new PostgresDialect();

    internal PostgresWarehouseOptions Options { get; }

    internal PostgresSession Session { get; }

    /// <summary>Connects, so that what is wrong with the connection shows at once, and fills an empty database where the options say how.</summary>
    /// <param name="options">The project's options.</param>
    /// <param name="folder">The project's folder.</param>
    /// <param name="workFolder">Where a local planner may spill to.</param>
    /// <param name="begins">Is called before an empty database is filled, which may take a while.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ProjectException">The options are incomplete.</exception>
    /// <exception cref="WarehouseException">There is no connection to be had.</exception>
    public static async Task<PostgresWarehouse> OpenAsync(PostgresWarehouseOptions options, string folder, string workFolder, Action begins, CancellationToken cancellationToken)
    {
        var warehouse = new PostgresWarehouse(options, new PostgresSession(options, folder), Path.Combine(workFolder, "tmp"));
        try
        {
            await using (await warehouse.Session.OpenAsync(cancellationToken))
                await PostgresBootstrap.EnsureAsync(warehouse.Session, options.Bootstrap, folder, begins, cancellationToken);
            return warehouse;
        }
        catch
        {
            await warehouse.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ColumnInfo>> DescribeAsync(CompiledQuery query, CancellationToken cancellationToken) =>
        RunAsync(query, (connection, run) => DescribeAsync(connection, query, run, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Preview> PreviewAsync(CompiledQuery query, PreviewOptions options, CancellationToken cancellationToken) => RunAsync(
        query,
        async (connection, run) =>
        {
            // Count and rows are of one state.
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            var columns = await DescribeAsync(connection, query, run, cancellationToken);
            var from = $"from ({query.Sql}\n) as model{(options.Where is null ? "" : $" where {options.Where}")}";
            if (options.Where is not null)
                await CheckWhereAsync(connection, from, cancellationToken);
            await using var counting = new NpgsqlCommand(run($"select count(*) {from}"), connection);
            var count = (long)(await counting.ExecuteScalarAsync(cancellationToken))!;
            var select = string.Join(", ", columns.Select(column => PostgresTypes.Canonical(PostgresDialect.Name(column.Name), column)));
            var order = options.OrderBy.Count == 0 ? "" : $" order by {string.Join(", ", options.OrderBy.Select(PostgresDialect.Name))}";
            await using var command = new NpgsqlCommand(run(string.Create(CultureInfo.InvariantCulture, $"select {select} {from}{order} limit {options.Limit}")), connection);
            return await ShowAsync(command, columns, count, cancellationToken);
        },
        cancellationToken);

    /// <inheritdoc/>
    public bool KeepsSentForms => Options.Planner is PlannerPlace.Local;

    /// <inheritdoc/>
    public PlannerPlace Place => Options.Planner;

    /// <inheritdoc/>
    public ISyncPlanner Planner(PlannerScope scope) => Options.Planner is PlannerPlace.Local
        ? new LocalPlanner(ModelSource, scope.SyncFolder)
        : new WarehousePlanner(new PostgresPlannerEngine(Session), scope);

    /// <inheritdoc/>
    public IWarehouse PlanningAt(PlannerPlace place) => new PostgresWarehouse(Options with { Planner = place }, Session, _tempFolder);

    /// <inheritdoc/>
    public Task<MovedSnapshot?> MoveAsync(PlannerScope scope, PlanRequest local, PlanRequest inside, PlannerPlace to, CancellationToken cancellationToken) =>
        new SnapshotMove(ModelSource, new PostgresPlannerEngine(Session), scope, local, inside).RunAsync(to, cancellationToken);

    /// <inheritdoc/>
    public ISyncHistory History(PlannerScope scope, string sync) => Options.Planner is PlannerPlace.Local
        ? new LocalHistory(scope.Folder, sync)
        : new WarehouseHistory(new PostgresPlannerEngine(Session), scope, sync);

    /// <inheritdoc/>
    public ISyncLog Log(PlannerScope scope) => new WarehouseSyncLog(new PostgresPlannerEngine(Session), scope, sync => History(scope, sync), PostgresDialect.Name);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Session.DisposeAsync();

    private StreamedModels ModelSource => new(new PostgresStreaming(Session), _tempFolder, Options.MemoryLimit);

    // The query begins on the statement's first line, so that its lines are the statement's. Nothing is read of it but its columns; that
    // the statement is run shows whether its tables may be read.
    private static Task<IReadOnlyList<ColumnInfo>> DescribeAsync(NpgsqlConnection connection, CompiledQuery query, Func<string, string> run, CancellationToken cancellationToken) =>
        PostgresColumns.ReadAsync(connection, run($"select * from ({query.Sql}\n) m limit 0"), cancellationToken);

    private static async Task<Preview> ShowAsync(NpgsqlCommand command, IReadOnlyList<ColumnInfo> columns, long count, CancellationToken cancellationToken)
    {
        var builders = columns.Select(column => new FieldColumnBuilder(column.Name, column.Type)).ToList();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var shown = 0;
        for (; await reader.ReadAsync(cancellationToken); shown++)
        {
            for (var i = 0; i < builders.Count; i++)
                Append(builders[i], reader, i);
        }

        return new Preview(count, [.. builders.Select(builder => builder.Build())], shown);
    }

    private static void Append(FieldColumnBuilder builder, NpgsqlDataReader reader, int column)
    {
        if (reader.IsDBNull(column))
        {
            builder.AppendNull();
            return;
        }

        switch (builder.Type)
        {
            case FieldType.Boolean:
                builder.AppendFixed(reader.GetBoolean(column) ? 1 : 0);
                break;
            case FieldType.Integer:
                builder.AppendFixed(reader.GetInt64(column));
                break;
            case FieldType.Float:
                builder.AppendFixed(BitConverter.DoubleToInt64Bits(reader.GetDouble(column)));
                break;
            default:
                builder.AppendText(reader.GetString(column));
                break;
        }
    }

    // The model alone was described before, so what is refused now is the condition.
    private static async Task CheckWhereAsync(NpgsqlConnection connection, string from, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand($"select 1 {from} limit 0", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException error)
        {
            throw new ProjectException(new Position("--where"), $"the warehouse refuses the condition: {error.MessageText}");
        }
    }

    /// <param name="query">The query that errors are of.</param>
    /// <param name="work">Gets a connection, and a function that every statement about the query is passed through.</param>
    /// <param name="cancellationToken">Stops it.</param>
    private async Task<T> RunAsync<T>(CompiledQuery query, Func<NpgsqlConnection, Func<string, string>, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await Session.OpenAsync(cancellationToken);
        var statement = "";
        try
        {
            return await work(connection, sql => statement = sql);
        }
        catch (NpgsqlException error)
        {
            throw PostgresErrors.Translate(error, query, statement, connection.UserName);
        }
    }
}
