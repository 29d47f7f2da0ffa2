using Npgsql;
using NpgsqlTypes;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.Testing;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;
using ReverseEtl.Warehouses.Testing;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>Makes temporary tables of fixtures. Types that they do not name are inferred by DuckDB, so that the same test means the same everywhere.</summary>
internal sealed class PostgresFixtures(IProjectFiles files, NpgsqlConnection connection)
{
    /// <param name="table">The table to make, quoted.</param>
    /// <param name="fixture">Its rows.</param>
    /// <param name="known">The types of columns, where they are known: the others are not inferred then.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The columns.</returns>
    /// <exception cref="Core.Config.ProjectException">DuckDB cannot read the rows.</exception>
    /// <exception cref="PostgresException">A value does not fit its type.</exception>
    public async Task<IReadOnlyList<string>> LoadAsync(string table, Fixture fixture, IReadOnlyDictionary<string, string>? known, CancellationToken cancellationToken)
    {
        var (json, inferred) = await ReadAsync(fixture, cancellationToken);
        var types = fixture.Types.Concat(inferred.Where(column => !fixture.Types.ContainsKey(column.Key)));
        var columns = string.Join(", ", types.Select(column => $"{PostgresDialect.Name(column.Key)} {known?.GetValueOrDefault(column.Key) ?? column.Value}"));
        await using var command = new NpgsqlCommand($"create temporary table {table} on commit drop as select * from json_to_recordset($1) as r({columns})", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = json, NpgsqlDbType = NpgsqlDbType.Json });
        await command.ExecuteNonQueryAsync(cancellationToken);
        return [.. types.Select(column => column.Key)];
    }

    private async Task<(string Json, IReadOnlyDictionary<string, string> Types)> ReadAsync(Fixture fixture, CancellationToken cancellationToken)
    {
        if (fixture is { Csv: null, Rows.Count: 0 })
            return ("[]", new Dictionary<string, string>());
        await using var duckDb = new DuckDBConnection("Data Source=:memory:");
        await duckDb.OpenAsync(cancellationToken);
        await DuckDbSession.ExecuteAsync(duckDb, "set timezone = 'UTC'", cancellationToken);
        // What is typed is cast by PostgreSQL, from the text that stands in the file.
        var untyped = fixture with { Types = fixture.Csv is null ? new Dictionary<string, string>() : fixture.Types.ToDictionary(type => type.Key, _ => "VARCHAR") };
        await new FixtureTable(files).LoadAsync(duckDb, "t", untyped, cancellationToken);
        await using var command = new DuckDBCommand("select coalesce(to_json(list(t)), '[]')::varchar from t", duckDb);
        var json = fixture.Csv is null ? FixtureJson.Write(fixture.Rows) : (string)(await command.ExecuteScalarAsync(cancellationToken))!;
        command.CommandText = "select * from t limit 0";
        using var reader = command.ExecuteColumns(cancellationToken);
        return (json, reader.Columns.ToDictionary(column => column.Name, column => TypeOf(column.Type)));
    }

    private static string TypeOf(DuckDBLogicalType type) => type.Id switch
    {
        _ when type.Alias == "JSON" => "jsonb",
        DuckDBType.Boolean => "boolean",
        DuckDBType.BigInt => "bigint",
        // Money in a test is written as 12.50; it is numeric in tables, and PostgreSQL rounds nothing else.
        DuckDBType.Double or DuckDBType.Decimal or DuckDBType.HugeInt or DuckDBType.UnsignedBigInt => "numeric",
        DuckDBType.Date => "date",
        DuckDBType.Time => "time",
        DuckDBType.Timestamp => "timestamp",
        DuckDBType.TimestampTz => "timestamptz",
        DuckDBType.Uuid => "uuid",
        DuckDBType.List => $"{TypeOf(type.Children[0].Type)}[]",
        DuckDBType.Struct or DuckDBType.Map => "jsonb",
        _ => "text",
    };
}
