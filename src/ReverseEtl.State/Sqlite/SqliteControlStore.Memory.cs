using System.Text.Json;
using Dapper;

namespace ReverseEtl.State.Sqlite;

public sealed partial class SqliteControlStore
{
    private const string SelectMemory = """
        select key, value from memory where destination = @destination and key in (select value from json_each(@keys))
        """;

    private const string SelectAllMemory = "select key, value from memory where destination = @destination";

    private const string Remember = """
        insert into memory (destination, key, value) values (@destination, @Key, @Value)
        on conflict (destination, key) do update set value = excluded.value
        """;

    private const string Forget = "delete from memory where destination = @destination and key = @Key";

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, string>> RecallAsync(string destination, IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyDictionary<string, string>>(
            connection => connection
                .Query<(string Key, string Value)>(SelectMemory, new { destination, keys = JsonSerializer.Serialize(keys) })
                .ToDictionary(row => row.Key, row => row.Value, StringComparer.Ordinal),
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, string>> RecallAllAsync(string destination, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyDictionary<string, string>>(
            connection => connection.Query<(string Key, string Value)>(SelectAllMemory, new { destination })
                .ToDictionary(row => row.Key, row => row.Value, StringComparer.Ordinal),
            cancellationToken);

    /// <inheritdoc/>
    public Task RememberAsync(string destination, IReadOnlyDictionary<string, string?> values, CancellationToken cancellationToken) =>
        WriteAsync(
            connection =>
            {
                foreach (var (key, value) in values)
                    connection.Execute(value is null ? Forget : Remember, new { destination, Key = key, Value = value });
                return true;
            },
            cancellationToken);
}
