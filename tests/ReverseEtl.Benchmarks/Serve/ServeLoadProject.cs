using System.Globalization;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Benchmarks.Serve;

/// <summary>A project of many small syncs to a sandbox's webhook.</summary>
internal static class ServeLoadProject
{
    /// <summary>Writes it into a folder.</summary>
    public static void Write(string folder, ServeLoad load, Uri sandbox)
    {
        Directory.CreateDirectory(Path.Combine(folder, "models/syncs"));
        using (var connection = new DuckDBConnection($"Data Source={Path.Combine(folder, "shop.duckdb")}"))
        {
            connection.Open();
            using var command = new DuckDBCommand(string.Create(CultureInfo.InvariantCulture,
                $"create table customers as select i as id, 'c' || i || '@shop.example' as email from range({load.Rows}) r(i)"), connection);
            command.ExecuteNonQuery();
        }

        File.WriteAllText(Path.Combine(folder, "cdp.config.json"), $$"""
            { "project": "load", "warehouse": { "type": "duckdb", "path": "shop.duckdb" },
              "destinations": { "crm": { "type": "webhook", "url": "{{new Uri(sandbox, "webhook/crm")}}", "allowPrivate": true, "concurrentSyncs": 100 } } }
            """);
        // The warehouse stays as it is, as one process at a time may write to it: the clock changes the rows.
        File.WriteAllText(Path.Combine(folder, "models/customers.sql"), """
            /* ---
            kind: table
            key: id
            --- */
            select id, email, case when id % 100 = extract(minute from {{ as_of }}) then 1 else 0 end as score from customers
            """);
        for (var sync = 0; sync < load.Syncs; sync++)
        {
            File.WriteAllText(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"models/syncs/sync_{sync}.yml")), string.Create(CultureInfo.InvariantCulture, $$"""
                sync: sync_{{sync}}
                model: customers
                destination: crm
                object: { path: /sync_{{sync}}, identifiers: [email] }
                mode: mirror
                schedule: { every: {{(int)load.Every.TotalSeconds}}s }
                map: { email: email, score: score }
                """));
        }
    }
}
