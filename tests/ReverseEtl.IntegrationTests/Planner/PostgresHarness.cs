using Npgsql;
using NpgsqlTypes;
using ReverseEtl.Conformance.Planner;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Planning;
using ReverseEtl.IntegrationTests.Harness;
using ReverseEtl.Warehouses;
using ReverseEtl.Warehouses.InWarehouse;
using ReverseEtl.Warehouses.InWarehouse.Postgres;
using ReverseEtl.Warehouses.Postgres;

namespace ReverseEtl.IntegrationTests.Planner;

/// <summary>A database of the tests' own PostgreSQL, and a planner over it.</summary>
public abstract class PostgresHarness : IPlannerHarness
{
    // Not to be waited for where the runner counts the threads that it gives to tests.
    private readonly NpgsqlConnectionStringBuilder _database = Task.Run(PostgresServer.DatabaseAsync).GetAwaiter().GetResult();

    /// <summary>Where the planner plans.</summary>
    private protected abstract PlannerPlace Place { get; }

    /// <inheritdoc/>
    public abstract IReadOnlyList<string> Kept { get; }

    /// <inheritdoc/>
    public string Folder { get; } = Directory.CreateTempSubdirectory("cdp-planner-").FullName;

    /// <inheritdoc/>
    public string Schema => "public";

    /// <inheritdoc/>
    public PlannerAbilities Abilities => new(PostgresTypedTable.Table, IsWrittenWhileRead: true, TellsCaseApart: Place is PlannerPlace.Warehouse);

    /// <inheritdoc/>
    public void Execute(string sql)
    {
        using var connection = Connect();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public void Fill(string table, IReadOnlyList<IReadOnlyList<object?>> rows)
    {
        using var connection = Connect();
        using var command = new NpgsqlCommand($"truncate {table}", connection);
        command.ExecuteNonQuery();
        using var writer = connection.BeginBinaryImport($"copy {table} from stdin (format binary)");
        foreach (var row in rows)
        {
            writer.StartRow();
            foreach (var value in row)
                Write(writer, value);
        }

        writer.Complete();
    }

    /// <inheritdoc/>
    public string Numbered(int rows, string columns) => $"select {columns} from generate_series(0::bigint, {rows} - 1) t(i)";

    /// <inheritdoc/>
    public string TypeOf(SuiteType type) => type switch
    {
        SuiteType.Decimal => "numeric(18, 4)",
        SuiteType.Double => "double precision",
        SuiteType.Bytes => "bytea",
        _ => type.ToString(),
    };

    /// <summary>The role that plans, where it is not the superuser; its password is "pw".</summary>
    public string? User { get; set; }

    /// <summary>How long a statement may take.</summary>
    public TimeSpan StatementTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The name of a role that is this database's only; roles are the server's.</summary>
    public string Role => $"role_{_database.Database}";

    /// <inheritdoc/>
    public async Task<OpenPlanner> OpenAsync()
    {
        var database = new NpgsqlConnectionStringBuilder(_database.ConnectionString);
        if (User is not null)
            (database.Username, database.Password) = (User, "pw");
        var options = new PostgresWarehouseOptions
        {
            Type = PostgresWarehouseOptions.TypeName,
            ConnectionString = new Secret(database.ConnectionString),
            Planner = Place,
            StatementTimeout = StatementTimeout,
        };
        return Open(await PostgresWarehouse.OpenAsync(options, Folder, Path.Combine(Folder, "work"), () => { }, default));
    }

    /// <summary>Rows of two texts each.</summary>
    public Dictionary<string, string> Rows(string sql)
    {
        using var connection = Connect();
        using var command = new NpgsqlCommand(sql, connection);
        using var reader = command.ExecuteReader();
        var rows = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read())
            rows.Add(reader.GetString(0), reader.GetString(1));
        return rows;
    }

    private protected virtual OpenPlanner Open(PostgresWarehouse warehouse)
    {
        var scope = new PlannerScope("bench", null, Folder);
        return new OpenPlanner(warehouse, warehouse.Planner(scope), sync => warehouse.History(scope, sync));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected NpgsqlConnection Connect()
    {
        var connection = new NpgsqlConnection(_database.ConnectionString);
        connection.Open();
        return connection;
    }

    private static void Write(NpgsqlBinaryImporter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNull();
                break;
            case decimal number:
                writer.Write(number, NpgsqlDbType.Numeric);
                break;
            case DateTimeOffset instant:
                writer.Write(instant, NpgsqlDbType.TimestampTz);
                break;
            default:
                writer.Write(value);
                break;
        }
    }
}

/// <summary>PostgreSQL with <c>planner: warehouse</c>.</summary>
public sealed class InsideHarness : PostgresHarness, ILosingHarness
{
    private protected override PlannerPlace Place => PlannerPlace.Warehouse;

    /// <summary>The project that is planned for; null for the suite's.</summary>
    internal PlannerScope? Scope { get; set; }

    /// <summary>Puts something between the planner and its engine.</summary>
    internal Func<IPlannerEngine, IPlannerEngine> Engine { get; set; } = engine => engine;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Kept =>
        [.. Rows("select relname::text, '' from pg_class where relnamespace = to_regnamespace('cdp_planner') and relkind = 'r'").Keys];

    /// <inheritdoc/>
    public void LosePlan() => Execute($"drop table cdp_planner.\"{Assert.Single(Kept, table => table.Contains("_plan_", StringComparison.Ordinal))}\"");

    /// <summary>Ends the planner's sessions on the server.</summary>
    public void EndSessions() => Execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cdp' and datname = current_database()");

    private protected override OpenPlanner Open(PostgresWarehouse warehouse)
    {
        var engine = Engine(new PostgresPlannerEngine(warehouse.Session));
        var scope = Scope ?? new PlannerScope("bench", null, Folder);
        return new OpenPlanner(warehouse, new WarehousePlanner(engine, scope), sync => new WarehouseHistory(engine, scope, sync));
    }
}

/// <summary>PostgreSQL whose syncs are planned now here, now there.</summary>
public sealed class PostgresMovingHarness : PostgresHarness, IMovingHarness
{
    /// <inheritdoc/>
    public PlannerPlace At { get; set; }

    private protected override PlannerPlace Place => At;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Kept =>
        [
            .. Rows("select relname::text, '' from pg_class where relnamespace = to_regnamespace('cdp_planner') and relkind = 'r' and relname !~ '(history|told)$'").Keys,
            .. BesideHarness.KeptIn(Folder),
        ];
}

/// <summary>PostgreSQL with <c>planner: local</c>.</summary>
public sealed class BesideHarness : PostgresHarness
{
    private protected override PlannerPlace Place => PlannerPlace.Local;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Kept => KeptIn(Folder);

    /// <summary>The files that a planner on this machine keeps.</summary>
    internal static IReadOnlyList<string> KeptIn(string folder)
    {
        var syncs = Path.Combine(folder, "syncs");
        return Directory.Exists(syncs) ? Directory.GetFiles(syncs) : [];
    }
}
