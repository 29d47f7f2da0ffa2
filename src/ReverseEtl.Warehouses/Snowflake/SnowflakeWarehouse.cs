using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.InWarehouse;
using ReverseEtl.Warehouses.InWarehouse.Snowflake;
using ReverseEtl.Warehouses.Local;
using ReverseEtl.Warehouses.Local.Streaming;
using ReverseEtl.Warehouses.Log;
using ReverseEtl.Warehouses.Moving;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>A Snowflake account as the warehouse of a project.</summary>
public sealed class SnowflakeWarehouse : IPlansAnywhere
{
    private static readonly JsonSerializerOptions Tag = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = JsonText.Encoder };

    private readonly SnowflakeWarehouseOptions _options;
    private readonly SnowflakeApi _api;
    private readonly SnowflakeContext _context;
    private readonly string _tempFolder;

    internal SnowflakeWarehouse(SnowflakeWarehouseOptions options, SnowflakeApi api, SnowflakeContext context, string tempFolder) =>
        (_options, _api, _context, _tempFolder) = (options, api, context, tempFolder);

    /// <inheritdoc/>
    public ISqlDialect Dialect { get; } = new SnowflakeDialect();

    /// <summary>Prepares the way to an account; nothing is sent yet, as every statement takes a round trip.</summary>
    /// <param name="options">The project's options.</param>
    /// <param name="folder">The project's folder.</param>
    /// <param name="workFolder">Where a local planner may spill to.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ProjectException">The options are incomplete, or the key cannot be read.</exception>
    public static SnowflakeWarehouse Open(SnowflakeWarehouseOptions options, string folder, string workFolder, TimeProvider time) => new(
        options,
        new SnowflakeApi(new SnowflakeSettings { Root = options.BaseUrl ?? AccountName.Root(options.Account), Auth = SnowflakeCredentials.Of(options, folder, time), Time = time }),
        new SnowflakeContext
        {
            Warehouse = options.Warehouse,
            Role = options.Role,
            Database = options.Database,
            Schema = options.Schema,
            StatementTimeout = options.StatementTimeout,
        },
        Path.Combine(workFolder, "tmp"));

    /// <summary>A connection, open, whose statements Snowflake's query history shows as a sync's.</summary>
    /// <param name="sync">The sync, or null.</param>
    /// <param name="run">Its run, or null.</param>
    public SnowflakeConnection Connect(string? sync = null, string? run = null)
    {
        var connection = new SnowflakeConnection(_api, Tagged(sync, run));
        connection.Open();
        return connection;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ColumnInfo>> DescribeAsync(CompiledQuery query, CancellationToken cancellationToken) =>
        RunAsync(query, connection => DescribeAsync(connection, query, cancellationToken));

    /// <inheritdoc/>
    public Task<Preview> PreviewAsync(CompiledQuery query, PreviewOptions options, CancellationToken cancellationToken) =>
        RunAsync(query, connection => ShowAsync(connection, query, options, cancellationToken));

    /// <inheritdoc/>
    public bool KeepsSentForms => Place is PlannerPlace.Local;

    /// <inheritdoc/>
    public PlannerPlace Place => _options.Planner;

    /// <inheritdoc/>
    public ISyncPlanner Planner(PlannerScope scope) => Place is PlannerPlace.Local
        ? new LocalPlanner(ModelSource, scope.SyncFolder)
        : new WarehousePlanner(new SnowflakePlannerEngine(this), scope);

    /// <inheritdoc/>
    public ISyncHistory History(PlannerScope scope, string sync) => Place is PlannerPlace.Local
        ? new LocalHistory(scope.Folder, sync)
        : new WarehouseHistory(new SnowflakePlannerEngine(this), scope, sync);

    /// <inheritdoc/>
    public ISyncLog Log(PlannerScope scope) => new WarehouseSyncLog(new SnowflakePlannerEngine(this), scope, sync => History(scope, sync), name => $"\"{name.ToUpperInvariant()}\"");

    /// <inheritdoc/>
    public IWarehouse PlanningAt(PlannerPlace place) => new SnowflakeWarehouse(_options with { Planner = place }, _api, _context, _tempFolder);

    /// <inheritdoc/>
    public Task<MovedSnapshot?> MoveAsync(PlannerScope scope, PlanRequest local, PlanRequest inside, PlannerPlace to, CancellationToken cancellationToken) =>
        new SnapshotMove(ModelSource, new SnowflakePlannerEngine(this), scope, local, inside).RunAsync(to, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _api.Dispose();
        (_api.Settings.Auth as IDisposable)?.Dispose();
        return ValueTask.CompletedTask;
    }

    private StreamedModels ModelSource => new(new SnowflakeStreaming(_api, Tagged), _tempFolder, _options.MemoryLimit);

    private SnowflakeContext Tagged(string? sync, string? run) => _context with { QueryTag = JsonSerializer.Serialize(new { app = "cdp", sync, run }, Tag) };

    // The query begins on the statement's first line, so that Snowflake's line numbers are the query's.
    private static async Task<IReadOnlyList<ColumnInfo>> DescribeAsync(SnowflakeConnection connection, CompiledQuery query, CancellationToken cancellationToken)
    {
        await using var reader = await new SnowflakeCommand($"select * from ({query.Sql}\n) limit 0", connection).ExecuteReaderAsync(cancellationToken);
        return [.. Enumerable.Range(0, reader.FieldCount).Select(ordinal => SnowflakeTypes.Describe(reader.Column(ordinal)))];
    }

    private static async Task<Preview> ShowAsync(SnowflakeConnection connection, CompiledQuery query, PreviewOptions options, CancellationToken cancellationToken)
    {
        var columns = await DescribeAsync(connection, query, cancellationToken);
        var select = string.Join("", columns.Select(column => $", {SnowflakeTypes.Canonical($"model.{SnowflakeDialect.Name(column.Name)}", column)}"));
        var order = options.OrderBy.Count == 0 ? "" : $" order by {string.Join(", ", options.OrderBy.Select(name => $"model.{SnowflakeDialect.Name(name)}"))}";
        var where = options.Where is null ? "" : $" where {options.Where}";
        // A row at least is asked for, as the count comes with it.
        var limit = Math.Max(1, options.Limit);
        var sql = string.Create(CultureInfo.InvariantCulture, $"select count(*) over (){select} from ({query.Sql}\n) as model{where}{order} limit {limit}");
        try
        {
            await using var reader = await new SnowflakeCommand(sql, connection).ExecuteReaderAsync(cancellationToken);
            return await ReadAsync(reader, columns, options.Limit, cancellationToken);
        }
        // The model alone was described before, so what does not compile now is the condition.
        catch (SnowflakeException error) when (options.Where is not null && SnowflakeErrors.IsOfText(error))
        {
            throw new ProjectException(new Position("--where"), $"the warehouse refuses the condition: {SnowflakeErrors.Sentence(error)}");
        }
    }

    private static async Task<Preview> ReadAsync(SnowflakeDataReader reader, IReadOnlyList<ColumnInfo> columns, int limit, CancellationToken cancellationToken)
    {
        var builders = columns.Select(column => new FieldColumnBuilder(column.Name, column.Type)).ToList();
        var (count, shown) = (0L, 0);
        while (await reader.ReadAsync(cancellationToken))
        {
            count = reader.GetInt64(0);
            if (shown == limit)
                break;
            shown++;
            for (var i = 0; i < builders.Count; i++)
                ValueReader.Append(builders[i], reader.IsDBNull(i + 1), reader.Utf8(i + 1));
        }

        return new Preview(count, [.. builders.Select(builder => builder.Build())], shown);
    }

    private async Task<T> RunAsync<T>(CompiledQuery query, Func<SnowflakeConnection, Task<T>> work)
    {
        await using var connection = Connect();
        try
        {
            return await work(connection);
        }
        catch (SnowflakeException error)
        {
            throw SnowflakeErrors.Translate(error, query);
        }
    }
}
