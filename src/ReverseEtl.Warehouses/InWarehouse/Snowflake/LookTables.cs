using System.Globalization;

namespace ReverseEtl.Warehouses.InWarehouse.Snowflake;

/// <summary>
/// The tables of a look. Snowflake's temporary tables end with the request that makes them, so these are ordinary ones under names that nobody else
/// has. The names begin with the time, so that what a dead process left is known by them.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class LookTables(TimeProvider time)
{
    // No look takes longer.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(2);

    private static readonly string Schema = SyncTables.Schema.ToUpperInvariant();

    private readonly string _base = $"{At(time.GetUtcNow())}_{Guid.NewGuid():N}";
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private bool _begun;

    /// <summary>A query with a row for each table of looks, one row of NULL where there is the schema and no such table, none without the schema.</summary>
    public static string Left { get; } = "select t.table_name from information_schema.schemata s left join information_schema.tables t "
        + "on t.table_catalog = s.catalog_name and t.table_schema = s.schema_name and startswith(t.table_name, 'LOOK_') "
        + $"where s.catalog_name = current_database() and s.schema_name = '{Schema}'";

    /// <summary>Makes the planner's schema.</summary>
    public static string CreateSchema { get; } = $"create transient schema if not exists {Schema} data_retention_time_in_days = 0";

    /// <summary>True before the first statement that may make one.</summary>
    public bool AreNew => !_begun && _names.Count > 0;

    /// <summary>What drops them.</summary>
    public IReadOnlyList<string> Drop => _begun ? [.. _names.Select(name => $"drop table if exists {name}")] : [];

    /// <summary>The name of one, as SQL has it.</summary>
    public string Name(string name)
    {
        var table = $"\"{Schema}\".\"{_base}_{name.ToUpperInvariant()}\"";
        _names.Add(table);
        return table;
    }

    /// <summary>What must be run before one is made.</summary>
    /// <param name="left">What <see cref="Left"/> gave.</param>
    public IReadOnlyList<string> Begin(IReadOnlyList<string?> left)
    {
        _begun = true;
        if (left.Count == 0)
            return [CreateSchema];
        var old = At(time.GetUtcNow() - Longest);
        return [.. left.OfType<string>().Where(name => string.CompareOrdinal(name, old) < 0).Select(name => $"drop table if exists \"{Schema}\".\"{name}\"")];
    }

    private static string At(DateTimeOffset instant) => string.Create(CultureInfo.InvariantCulture, $"LOOK_{instant.UtcDateTime:yyyyMMddHHmmss}");
}
