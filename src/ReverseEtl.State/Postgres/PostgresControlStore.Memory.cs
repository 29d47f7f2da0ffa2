namespace ReverseEtl.State.Postgres;

public sealed partial class PostgresControlStore
{
    private const string SelectMemory = "select key, value from cdp.memory where scope = $1 and destination = $2 and key_hash = any($3)";

    private const string SelectAllMemory = "select key, value from cdp.memory where scope = $1 and destination = $2";

    private const string Remember = """
        insert into cdp.memory (scope, destination, key_hash, key, value)
        select $1, $2, * from unnest($3::bytea[], $4::text[], $5::text[])
        on conflict (scope, destination, key_hash) do update set value = excluded.value
        """;

    private const string Forget = "delete from cdp.memory where scope = $1 and destination = $2 and key_hash = any($3)";

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, string>> RecallAsync(string destination, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var rows = await ReadAsync(
            statements => statements.ListAsync(
                SelectMemory, row => (Key: row.Text(0), Value: row.Text(1)), destination, keys.Select(PostgresText.Hash).ToArray()),
            cancellationToken);
        return rows.ToDictionary(row => row.Key, row => row.Value, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, string>> RecallAllAsync(string destination, CancellationToken cancellationToken)
    {
        var rows = await ReadAsync(
            statements => statements.ListAsync(SelectAllMemory, row => (Key: row.Text(0), Value: row.Text(1)), destination), cancellationToken);
        return rows.ToDictionary(row => row.Key, row => row.Value, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public Task RememberAsync(string destination, IReadOnlyDictionary<string, string?> values, CancellationToken cancellationToken) => WriteAsync(
        sync: null,
        async transaction =>
        {
            var kept = values.Where(pair => pair.Value is not null).ToList();
            transaction.Add(
                Remember, destination, kept.Select(pair => PostgresText.Hash(pair.Key)).ToArray(),
                kept.Select(pair => pair.Key).ToArray(), kept.Select(pair => pair.Value).ToArray());
            await transaction.RunAsync(
                Forget, destination, values.Where(pair => pair.Value is null).Select(pair => PostgresText.Hash(pair.Key)).ToArray());
        },
        cancellationToken);
}
