using System.Globalization;
using System.Text.RegularExpressions;
using ReverseEtl.Conformance.Planner;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Planning;
using ReverseEtl.IntegrationTests.Snowflake;
using ReverseEtl.Warehouses;
using ReverseEtl.Warehouses.Snowflake;

namespace ReverseEtl.IntegrationTests.Planner;

/// <summary>A database of an emulated account, and a planner over it.</summary>
public abstract partial class SnowflakeHarness : IPlannerHarness
{
    private static readonly SnowflakeDialect Dialect = new();

    private readonly SnowflakeAccount _account;
    private readonly string _database;

    // Not to be waited for where the runner counts the threads that it gives to tests.
    private protected SnowflakeHarness() => (_account, _database) = Task.Run(SharedAccount.DatabaseAsync).GetAwaiter().GetResult();

    private protected SnowflakeHarness(SnowflakeAccount account) => (_account, _database) = (account, "SHOP");

    /// <summary>Where the planner plans.</summary>
    private protected abstract PlannerPlace Place { get; }

    /// <summary>The clock of what is sent.</summary>
    internal TimeProvider Time { get; set; } = TimeProvider.System;

    /// <inheritdoc/>
    public abstract IReadOnlyList<string> Kept { get; }

    /// <inheritdoc/>
    public string Folder { get; } = Directory.CreateTempSubdirectory("cdp-planner-").FullName;

    /// <inheritdoc/>
    public string Schema => "public";

    /// <inheritdoc/>
    public PlannerAbilities Abilities => new(SnowflakeTypedTable.Table, IsWrittenWhileRead: true, TellsCaseApart: Place is PlannerPlace.Warehouse);

    /// <inheritdoc/>
    public void Execute(string sql) => Task.Run(() => ExecuteAsync(sql)).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public void Fill(string table, IReadOnlyList<IReadOnlyList<object?>> rows)
    {
        var selects = rows.Select(row => $"select {string.Join(", ", row.Select(Literal))}");
        Execute($"delete from {table}{(rows.Count > 0 ? $"; insert into {table} {string.Join(" union all ", selects)}" : "")}");
    }

    /// <inheritdoc/>
    public string Numbered(int rows, string columns) => $"select {columns} from (select seq4() as i from table(generator(rowcount => {rows})))";

    /// <inheritdoc/>
    public string Quote(string name) => Dialect.Quote(name);

    /// <inheritdoc/>
    public string TypeOf(SuiteType type) => type switch
    {
        SuiteType.Text => "varchar",
        SuiteType.Integer => "number(9, 0)",
        SuiteType.BigInt => "number(19, 0)",
        SuiteType.Decimal => "number(18, 4)",
        SuiteType.Double => "float",
        SuiteType.Boolean => "boolean",
        SuiteType.TimestampTz => "timestamp_tz",
        SuiteType.Date => "date",
        SuiteType.Bytes => "binary",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <inheritdoc/>
    public Task<OpenPlanner> OpenAsync()
    {
        var warehouse = Connect();
        var scope = new PlannerScope("bench", null, Folder);
        return Task.FromResult(new OpenPlanner(warehouse, warehouse.Planner(scope), sync => warehouse.History(scope, sync)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    // A token of which no time is asked, as tests have clocks of their own.
    private SnowflakeWarehouse Connect() => _account.Open(
        options => options with { Database = _database, Planner = Place, User = null, PrivateKey = null, OauthToken = new Secret("oauth-secret") }, Time, Folder);

    private async Task ExecuteAsync(string sql)
    {
        await using var warehouse = Connect();
        await using var connection = warehouse.Connect();
        await new SnowflakeCommand(Rows().Replace(sql, "\"ROWS\""), connection) { StatementCount = 0 }.ExecuteNonQueryAsync();
    }

    // The suites' table, which is a word of Snowflake's.
    [GeneratedRegex(@"\brows\b")]
    private static partial Regex Rows();

    private static string Literal(object? value) => value switch
    {
        null => "null",
        string text => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'",
        DateTimeOffset instant => Dialect.Instant(instant),
        DateOnly day => $"'{day:yyyy-MM-dd}'::date",
        byte[] bytes => $"to_binary('{Convert.ToHexString(bytes)}', 'hex')",
        double number => $"'{number.ToString("R", CultureInfo.InvariantCulture)}'::float",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}

/// <summary>Snowflake with <c>planner: local</c>.</summary>
public sealed class SnowflakeBesideHarness : SnowflakeHarness
{
    public SnowflakeBesideHarness()
    {
    }

    /// <param name="account">An account that is the test's alone.</param>
    internal SnowflakeBesideHarness(SnowflakeAccount account)
        : base(account)
    {
    }

    private protected override PlannerPlace Place => PlannerPlace.Local;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Kept => BesideHarness.KeptIn(Folder);
}

/// <summary>Snowflake whose syncs are planned now here, now there.</summary>
public sealed class SnowflakeMovingHarness : SnowflakeHarness, IMovingHarness
{
    /// <inheritdoc/>
    public PlannerPlace At { get; set; }

    private protected override PlannerPlace Place => At;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Kept => BesideHarness.KeptIn(Folder);
}
