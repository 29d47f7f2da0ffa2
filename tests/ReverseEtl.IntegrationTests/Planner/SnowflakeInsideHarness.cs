using System.Text.RegularExpressions;
using ReverseEtl.Conformance.Planner;
using ReverseEtl.Core.Planning;
using ReverseEtl.IntegrationTests.Snowflake;
using ReverseEtl.Warehouses;
using ReverseEtl.Warehouses.InWarehouse;
using ReverseEtl.Warehouses.InWarehouse.Snowflake;
using ReverseEtl.Warehouses.Snowflake;

namespace ReverseEtl.IntegrationTests.Planner;

/// <summary>A database of an emulated Snowflake account, and the planner inside of it.</summary>
public partial class SnowflakeInsideHarness : ILosingHarness
{
    private const int MostParameters = 500;

    private readonly SnowflakeWarehouse _owner;

    public SnowflakeInsideHarness()
    {
        // Not to be waited for where the runner counts the threads that it gives to tests.
        (Account, Database) = Task.Run(DatabaseAsync).GetAwaiter().GetResult();
        _owner = Connect();
    }

    /// <inheritdoc/>
    public string Folder { get; } = Directory.CreateTempSubdirectory("cdp-planner-").FullName;

    /// <inheritdoc/>
    public string Schema => "public";

    /// <inheritdoc/>
    public IReadOnlyList<string> Kept =>
        [.. Rows("select table_name, '' from information_schema.tables where table_catalog = current_database() and table_schema = 'CDP_PLANNER' and not endswith(table_name, '_FENCE')").Keys];

    /// <inheritdoc/>
    public PlannerAbilities Abilities => new(SnowflakeTypedTable.Table, IsWrittenWhileRead: true, TellsCaseApart: true);

    /// <summary>The account.</summary>
    internal SnowflakeAccount Account { get; }

    /// <summary>The database, as Snowflake has it.</summary>
    internal string Database { get; }

    /// <summary>The project that is planned for.</summary>
    internal PlannerScope Scope => new("bench", null, Folder);

    /// <summary>Puts something between the planner and its engine.</summary>
    internal Func<IPlannerEngine, IPlannerEngine> Engine { get; set; } = engine => engine;

    /// <inheritdoc/>
    public void Execute(string sql) => Run(new SnowflakeCommand { CommandText = sql, StatementCount = 0 });

    /// <inheritdoc/>
    public void Fill(string table, IReadOnlyList<IReadOnlyList<object?>> rows)
    {
        Execute($"truncate table {table}");
        var columns = rows.Count == 0 ? 1 : rows[0].Count;
        foreach (var part in rows.Chunk(Math.Max(1, MostParameters / columns)))
        {
            var row = $"({string.Join(", ", part[0].Select(_ => "?"))})";
            var command = new SnowflakeCommand { CommandText = $"insert into {table} values {string.Join(", ", part.Select(_ => row))}" };
            foreach (var value in part.SelectMany(values => values))
                command.Parameters.AddWithValue(value);
            Run(command);
        }
    }

    /// <inheritdoc/>
    public string Numbered(int rows, string columns) =>
        $"select {columns} from (select cast(seq8() as number(18, 0)) as i from table(generator(rowcount => {rows}))) t";

    /// <inheritdoc/>
    public string Quote(string name) => SnowflakeDialect.Name(name);

    /// <inheritdoc/>
    public string Text(string text) => SnowflakeDialect.Text(text);

    /// <inheritdoc/>
    public string TypeOf(SuiteType type) => type switch
    {
        SuiteType.Text => "varchar",
        SuiteType.Integer => "number(10, 0)",
        SuiteType.Decimal => "number(18, 4)",
        SuiteType.Double => "float",
        SuiteType.TimestampTz => "timestamp_tz",
        SuiteType.Bytes => "binary",
        _ => type.ToString(),
    };

    /// <inheritdoc/>
    public void LosePlan() => Execute($"drop table cdp_planner.\"{Assert.Single(Kept, table => table.Contains("_plan_", StringComparison.OrdinalIgnoreCase))}\"");

    /// <inheritdoc/>
    public Task<OpenPlanner> OpenAsync()
    {
        var warehouse = Connect();
        var engine = Engine(new SnowflakePlannerEngine(warehouse));
        return Task.FromResult(new OpenPlanner(warehouse, new WarehousePlanner(engine, Scope), sync => new WarehouseHistory(engine, Scope, sync)));
    }

    /// <summary>Rows of two texts each.</summary>
    public Dictionary<string, string> Rows(string sql) => Task.Run(async () =>
    {
        await using var connection = _owner.Connect();
        await using var reader = await new SnowflakeCommand(sql, connection).ExecuteReaderAsync(default);
        var rows = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(default))
            rows.Add(reader.GetString(0), reader.GetString(1));
        return rows;
    }).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public void Dispose()
    {
        Task.Run(async () =>
        {
            await CloseAsync();
            await _owner.DisposeAsync();
        }).GetAwaiter().GetResult();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected virtual async Task CloseAsync() => await Account.RunAsync($"drop database {Database}");

    private protected virtual Task<(SnowflakeAccount Account, string Database)> DatabaseAsync() => SharedAccount.DatabaseAsync();

    private protected virtual SnowflakeWarehouse Connect() => Account.Open(options => options with { Database = Database, Planner = PlannerPlace.Warehouse }, TimeProvider.System, Folder);

    // The suite's table has a name that Snowflake reserves.
    [GeneratedRegex("(?<![\"'])\\brows\\b(?![\"'])")]
    private static partial Regex Reserved();

    private void Run(SnowflakeCommand command) => Task.Run(async () =>
    {
        await using var connection = _owner.Connect();
        command.Connection = connection;
        command.CommandText = Reserved().Replace(command.CommandText, "\"ROWS\"");
        await command.CompleteAsync(default);
    }).GetAwaiter().GetResult();
}
