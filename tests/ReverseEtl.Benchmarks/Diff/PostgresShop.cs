using System.Globalization;
using Npgsql;

namespace ReverseEtl.Benchmarks.Diff;

/// <summary>The same shop in PostgreSQL. Everything in it follows from the row's number.</summary>
internal sealed class PostgresShop(DiffOptions options, string connection)
{
    private const string Source = """
        i as id, 'user' || i || '@mail' || i % 97 || '.example.com' as email, 'Customer ' || i * 7919 % 1000003 as name, (array['DK', 'DE', 'SE', 'NO', 'FR', 'IT', 'ES', 'PL'])[1 + i % 8] as country,
        i % 3 > 0 as active, (i * 31 % 200)::integer as orders, (i * 104729 % 1000003)::double precision / 7 as score, (i * 15485863 % 10000000)::numeric(12, 2) / 100 as spent,
        date '1940-01-01' + (i % 25000)::integer as born, timestamp '2024-01-01' + i % 60000000 * interval '1 second' as seen
        """;

    private int _edits;

    public static IReadOnlyList<string> Names { get; } = ["id", "email", "name", "country", "active", "orders", "score", "spent", "born", "seen"];

    /// <summary>The floor: all columns scanned, every row hashed once with the server's own function.</summary>
    public static string Floor => $"select count(*), sum(hash_record_extended(row({string.Join(", ", Names)}), 1)) from customers";

    public Task CreateAsync() => RunAsync(
        "drop schema if exists cdp_planner cascade",
        "drop table if exists customers",
        // As wide as the quotient of numerics would be, no column is.
        $"create table customers as {Rows(0, options.Rows)}",
        "alter table customers alter spent type numeric(12, 2)",
        "vacuum analyze customers");

    /// <summary>Edits rows all over the table. Which ones follows from the number of the edit.</summary>
    public Task EditAsync()
    {
        _edits++;
        var changed = (long)(options.Churn * 1_000_000);
        var added = (long)(options.Rows * options.Churn / 2);
        var number = $"(id * 2654435761 + {_edits} * 40503) % 1000000";
        return RunAsync(
            $"delete from customers where {number} < {changed / 2}",
            $"update customers set name = name || '*' where {number} between {changed / 2} and {(changed / 2) + changed - 1}",
            $"insert into customers {Rows(options.Rows + ((_edits - 1) * added), options.Rows + (_edits * added))}",
            "vacuum analyze customers");
    }

    public async Task RunAsync(params string[] statements)
    {
        await using var open = new NpgsqlConnection(connection);
        await open.OpenAsync();
        foreach (var statement in statements)
        {
            await using var command = new NpgsqlCommand(statement, open) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync();
        }
    }

    private static string Rows(long from, long to) =>
        string.Create(CultureInfo.InvariantCulture, $"select {Source} from generate_series({from}::bigint, {to - 1}) t(i)");
}
