using System.Globalization;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Benchmarks.Diff;

/// <summary>The table behind the model, about 85 bytes a row: what a shop knows of a customer. Everything in it follows from the row's number.</summary>
internal sealed class ShopTable(DiffOptions options)
{
    /// <summary>Columns that have a meaning; any further one is a number.</summary>
    public const int Columns = 10;

    private static readonly (string Name, string Sql)[] Known =
    [
        ("id", "i"),
        ("email", "'user' || i || '@mail' || (i % 97) || '.example.com'"),
        ("name", "'Customer ' || (hash(i) % 1000000)"),
        ("country", "(['DK', 'DE', 'SE', 'NO', 'FR', 'IT', 'ES', 'PL'])[(hash(i, 1) % 8)::int + 1]"),
        ("active", "hash(i, 2) % 3 > 0"),
        ("orders", "(hash(i, 3) % 200)::int"),
        ("score", "(hash(i, 4) % 1000003)::double / 7"),
        ("spent", "((hash(i, 5) % 10000000)::bigint / 100)::decimal(12, 2)"),
        ("born", "date '1940-01-01' + (hash(i, 6) % 25000)::int"),
        ("seen", "timestamp '2024-01-01' + to_seconds((hash(i, 7) % 60000000)::bigint)"),
    ];

    private int _edits;

    public IReadOnlyList<string> Names { get; } = [.. Enumerable.Range(0, options.Columns).Select(i => Column(i).Name)];

    private string File => Path.Combine(options.Folder, "shop.duckdb");

    public void Create() => Run(
        "set preserve_insertion_order = false",
        $"create table customers as {Rows("0", options.Rows.ToString(CultureInfo.InvariantCulture))}",
        "checkpoint");

    /// <summary>Edits rows all over the table. Which ones follows from the number of the edit.</summary>
    public void Edit()
    {
        _edits++;
        var changed = (long)(options.Churn * 1_000_000);
        var added = (long)(options.Rows * options.Churn / 2);
        var number = options.TextKey ? "substr(id, 2)::bigint" : "id";
        Run(
            $"delete from customers where hash({number}, {_edits}) % 1000000 < {changed / 2}",
            $"update customers set name = name || '*' where hash({number}, {_edits}) % 1000000 between {changed / 2} and {changed / 2 + changed - 1}",
            // New numbers lie above all earlier ones.
            $"insert into customers {Rows($"{options.Rows + (_edits - 1) * added}", $"{options.Rows + _edits * added}")}",
            "checkpoint");
    }

    /// <summary>The floor: all columns scanned, every row hashed once.</summary>
    public static string Floor(IReadOnlyList<string> names) => $"select bit_xor(hash({string.Join(", ", names)})) from main.customers";

    private string Rows(string from, string to)
    {
        var columns = Enumerable.Range(0, options.Columns).Select(i => $"{(i == 0 && options.TextKey ? "printf('c%012d', i)" : Column(i).Sql)} as {Column(i).Name}");
        return $"select {string.Join(", ", columns)} from range({from}, {to}) t(i)";
    }

    private static (string Name, string Sql) Column(int i) => i < Known.Length
        ? Known[i]
        : (string.Create(CultureInfo.InvariantCulture, $"extra{i}"), string.Create(CultureInfo.InvariantCulture, $"(hash(i, {i}) % 1000000)::bigint"));

    private void Run(params string[] statements)
    {
        using var connection = new DuckDBConnection($"Data Source={File}");
        connection.Open();
        if (options.MemoryLimit is { } limit)
            Execute(connection, $"set memory_limit = '{limit}'");
        foreach (var statement in statements)
            Execute(connection, statement);
    }

    private static void Execute(DuckDBConnection connection, string sql)
    {
        using var command = new DuckDBCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
