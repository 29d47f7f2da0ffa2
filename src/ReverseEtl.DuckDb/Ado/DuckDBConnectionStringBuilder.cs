using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace ReverseEtl.DuckDb;

/// <summary>
/// <c>Data Source=shop.duckdb;access_mode=READ_ONLY;threads=2</c>: a file or <c>:memory:</c>, and any of DuckDB's settings.
/// Each <c>:memory:</c> connection has a database of its own.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "The name that ADO.NET gives to its kind.")]
public sealed class DuckDBConnectionStringBuilder : DbConnectionStringBuilder
{
    public const string InMemoryDataSource = ":memory:";

    private const string DataSourceKey = "Data Source";
    private static readonly string[] DataSourceKeys = [DataSourceKey, "DataSource", "Filename"];

    /// <summary>Unknown functions must not make DuckDB fetch code from the internet.</summary>
    private static readonly (string Name, string Value)[] Defaults =
    [
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
    ];

    public DuckDBConnectionStringBuilder()
    {
    }

    public DuckDBConnectionStringBuilder(string connectionString) => ConnectionString = connectionString;

    public string DataSource
    {
        get => DataSourceKeys.Select(key => TryGetValue(key, out var value) ? (string)value : null).FirstOrDefault(value => value is not null) ?? "";
        set => this[DataSourceKey] = value;
    }

    /// <summary>DuckDB's settings: what the connection string says, over what this provider sets by default.</summary>
    internal IEnumerable<(string Name, string Value)> Settings()
    {
        var given = Keys.Cast<string>().Except(DataSourceKeys, StringComparer.OrdinalIgnoreCase).Select(key => (Name: key, Value: (string)this[key])).ToList();
        return Defaults.ExceptBy(given.Select(setting => setting.Name), setting => setting.Name, StringComparer.OrdinalIgnoreCase).Concat(given);
    }
}
