using Npgsql;

namespace ReverseEtl.State.Postgres;

/// <summary>
/// Statements on the tables of one project and environment. In their text the tables are <c>cdp.NAME</c>, whatever the schema's name, and
/// <c>$1</c> is the scope, so that one which forgets it is refused by the server.
/// </summary>
internal class PostgresStatements(NpgsqlConnection connection, PostgresScope scope)
{
    private readonly List<NpgsqlBatchCommand> _waiting = [];

    /// <summary>Has a statement run for its effect. It goes to the server with the next one whose answer is needed: the way there is what it costs.</summary>
    public void Add(string sql, params object?[] values) => _waiting.Add(Command(sql, values));

    /// <summary>Runs a statement for its effect; gives the number of rows it changed.</summary>
    public async Task<int> RunAsync(string sql, params object?[] values)
    {
        var command = Command(sql, values);
        await using var batch = Batch(command);
        await batch.ExecuteNonQueryAsync();
        return command.RecordsAffected;
    }

    /// <summary>The rows of a query.</summary>
    public async Task<IReadOnlyList<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> read, params object?[] values)
    {
        await using var batch = Batch(Command(sql, values));
        // Those before it have no rows, and are passed over.
        await using var reader = await batch.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>The only row of a query, or the type's default where there is none.</summary>
    public async Task<T?> FindAsync<T>(string sql, Func<NpgsqlDataReader, T> read, params object?[] values) =>
        (await ListAsync(sql, read, values)).SingleOrDefault();

    /// <summary>What waits and one statement more, on one way to the server.</summary>
    protected NpgsqlBatch Batch(NpgsqlBatchCommand last)
    {
        var batch = new NpgsqlBatch(connection);
        foreach (var command in _waiting)
            batch.BatchCommands.Add(command);
        _waiting.Clear();
        batch.BatchCommands.Add(last);
        return batch;
    }

    protected NpgsqlBatchCommand Command(string sql, params object?[] values)
    {
        var command = new NpgsqlBatchCommand(scope.Named(sql));
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = scope.Number });
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = Encoded(value) });
        return command;
    }

    private static object Encoded(object? value) => value switch
    {
        null => DBNull.Value,
        string text => PostgresText.Encode(text),
        string?[] texts => Array.ConvertAll(texts, text => text is null ? null : PostgresText.Encode(text)),
        DateTimeOffset instant => instant.UtcDateTime,
        Enum word => word.ToString(),
        _ => value,
    };
}
