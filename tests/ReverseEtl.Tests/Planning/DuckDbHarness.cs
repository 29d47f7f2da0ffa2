using ReverseEtl.Conformance.Planner;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;
using ReverseEtl.Warehouses.Local;

namespace ReverseEtl.Tests.Planning;

/// <summary>A DuckDB file, and the local planner over it.</summary>
public class DuckDbHarness : ILosingHarness
{
    private readonly TemporaryFolder _folder = new();

    private protected virtual IndexRule Index => IndexRule.Default;

    public string Folder => _folder.FullName;

    public string Schema => "main";

    /// <summary>The folder of the syncs' files.</summary>
    public static string SyncFolder(SyncBench bench) => Path.Combine(bench.Folder, "syncs");

    public IReadOnlyList<string> Kept
    {
        get
        {
            var folder = _folder.File("syncs");
            return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))] : [];
        }
    }

    public PlannerAbilities Abilities { get; } = new(DuckDbTypedTable.Table, IsWrittenWhileRead: false, TellsCaseApart: false);

    public void Execute(string sql)
    {
        using var connection = Connect();
        using var command = new DuckDBCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    public void Fill(string table, IReadOnlyList<IReadOnlyList<object?>> rows)
    {
        using var connection = Connect();
        using var command = new DuckDBCommand($"delete from {table}", connection);
        command.ExecuteNonQuery();
        using var appender = connection.CreateAppender(table);
        foreach (var row in rows)
        {
            var appended = appender.CreateRow();
            foreach (var value in row)
                Append(appended, value);
            appended.EndRow();
        }
    }

    public string Numbered(int rows, string columns) => $"select {columns} from range({rows}) t(i)";

    public string TypeOf(SuiteType type) => type switch
    {
        SuiteType.Text => "varchar",
        SuiteType.Decimal => "decimal(18, 4)",
        SuiteType.Bytes => "blob",
        _ => type.ToString(),
    };

    public void LosePlan() => File.Delete(_folder.File(Path.Combine("syncs", "rows.plan.parquet")));

    public async Task<OpenPlanner> OpenAsync()
    {
        var warehouse = await DuckDbWarehouse.OpenAsync(
            new DuckDbWarehouseOptions { Type = "duckdb", Path = "shop.duckdb" }, Folder, _folder.File("work"), default);
        return new OpenPlanner(warehouse, new LocalPlanner(warehouse, _folder.File("syncs")) { Index = Index }, sync => new LocalHistory(Folder, sync));
    }

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private DuckDBConnection Connect()
    {
        var connection = new DuckDBConnection($"Data Source={_folder.File("shop.duckdb")}");
        connection.Open();
        return connection;
    }

    private static void Append(DuckDBAppenderRow row, object? value) => _ = value switch
    {
        null => row.AppendNullValue(),
        string text => row.AppendValue(text),
        int number => row.AppendValue(number),
        long number => row.AppendValue(number),
        decimal number => row.AppendValue(number),
        double number => row.AppendValue(number),
        bool flag => row.AppendValue(flag),
        DateTimeOffset instant => row.AppendValue(instant),
        DateOnly day => row.AppendValue(day),
        byte[] bytes => row.AppendValue(bytes),
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, null),
    };
}

/// <summary>The same, where plans are never made with an index.</summary>
public sealed class JoiningHarness : DuckDbHarness
{
    private protected override IndexRule Index => IndexRule.Default with { Share = 0 };
}

/// <summary>The same, where one tag in 64 rows at most is its own: the digests must find each false hit.</summary>
public sealed class SomeTagsCollideHarness : DuckDbHarness
{
    private protected override IndexRule Index => IndexRule.Default with { TagMask = 0x3FUL << 58 };
}

/// <summary>The same, where all tags collide.</summary>
public sealed class AllTagsCollideHarness : DuckDbHarness
{
    private protected override IndexRule Index => IndexRule.Default with { TagMask = 0 };
}
