using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.Local;
using ReverseEtl.Warehouses.Local.Streaming;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>A Snowflake account as the warehouse of a project.</summary>
public sealed class SnowflakeWarehouse : IWarehouse
{
    private static readonly JsonSerializerOptions Tag = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = JsonText.Encoder };

    private readonly SnowflakeWarehouseOptions _options;
    private readonly SnowflakeApi _api;
    private readonly SnowflakeContext _context;
    private readonly string _tempFolder;

    private SnowflakeWarehouse(SnowflakeWarehouseOptions options, SnowflakeSettings settings, SnowflakeContext context, string workFolder) =>
        (_options, _api, _context, _tempFolder) = (options, new SnowflakeApi(settings), context, Path.Combine(workFolder, "tmp"));

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
        new SnowflakeSettings { Root = options.BaseUrl ?? AccountName.Root(options.Account), Auth = SnowflakeCredentials.Of(options, folder, time), Time = time },
        new SnowflakeContext
        {
            Warehouse = options.Warehouse,
            Role = options.Role,
            Database = options.Database,
            Schema = options.Schema,
            StatementTimeout = options.StatementTimeout,
        },
        workFolder);

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
    public bool KeepsSentForms => _options.Planner is PlannerPlace.Local;

    /// <inheritdoc/>
    /// <exception cref="ProjectException"><c>planner: warehouse</c> is not there yet.</exception>
    public ISyncPlanner Planner(PlannerScope scope) => _options.Planner is PlannerPlace.Local
        ? new LocalPlanner(new StreamedModels(new SnowflakeStreaming(_api, Tagged), _tempFolder, _options.MemoryLimit), scope.SyncFolder)
        : throw NotThereYet;

    /// <inheritdoc/>
    /// <exception cref="ProjectException"><c>planner: warehouse</c> is not there yet.</exception>
    public ISyncHistory History(PlannerScope scope, string sync) => _options.Planner is PlannerPlace.Local
        ? new LocalHistory(scope.Folder, sync)
        : throw NotThereYet;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _api.Dispose();
        (_api.Settings.Auth as IDisposable)?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static ProjectException NotThereYet => new(
        new Position("cdp.config.json", Path: "warehouse.planner"), "planner: warehouse on Snowflake is not there yet; leave it out, or write \"planner\": \"local\"");

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
                Append(builders[i], reader, i + 1);
        }

        return new Preview(count, [.. builders.Select(builder => builder.Build())], shown);
    }

    private static void Append(FieldColumnBuilder builder, SnowflakeDataReader reader, int ordinal)
    {
        if (reader.IsDBNull(ordinal))
            builder.AppendNull();
        else if (builder.Type is FieldType.Boolean)
            builder.AppendFixed(reader.GetBoolean(ordinal) ? 1 : 0);
        else if (builder.Type is FieldType.Integer)
            builder.AppendFixed(reader.GetInt64(ordinal));
        else if (builder.Type is FieldType.Float)
            builder.AppendFixed(BitConverter.DoubleToInt64Bits(reader.GetDouble(ordinal)));
        else
            builder.AppendUtf8(reader.Utf8(ordinal));
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
