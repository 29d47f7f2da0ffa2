using Npgsql;

namespace ReverseEtl.State.Postgres;

/// <summary>What a store instance sees: the rows of one project and environment, in one schema.</summary>
/// <param name="Schema">The schema's name, quoted.</param>
/// <param name="Number">The number of project and environment there.</param>
internal sealed record PostgresScope(string Schema, int Number)
{
    private const string Find = "select scope from cdp.scopes where project = $1 and environment = $2";

    private const string Add = "insert into cdp.scopes (project, environment) values ($1, $2) on conflict do nothing";

    /// <summary>A name as SQL has it.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A statement with the schema's own name.</summary>
    public string Named(string sql) => Named(sql, Schema);

    /// <inheritdoc cref="Named(string)"/>
    public static string Named(string sql, string schema) => sql.Replace("cdp.", $"{schema}.", StringComparison.Ordinal);

    /// <summary>The scope of a project and environment; it gets a number when it is seen for the first time.</summary>
    public static async Task<PostgresScope> OpenAsync(NpgsqlConnection connection, string schema, string project, string? environment)
    {
        while (true)
        {
            if (await RunAsync(Find) is int number)
                return new PostgresScope(Quote(schema), number);
            await RunAsync(Add);
        }

        async Task<object?> RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(Named(sql, Quote(schema)), connection)
            {
                Parameters = { new() { Value = PostgresText.Encode(project) }, new() { Value = PostgresText.Encode(environment ?? "") } },
            };
            return await command.ExecuteScalarAsync();
        }
    }
}
