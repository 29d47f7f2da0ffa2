using Npgsql;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.Testing;
using ReverseEtl.Warehouses.Testing;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>
/// Runs tests of models on the project's own server: fixtures are temporary tables in a transaction that is rolled back. The role needs
/// no right but TEMPORARY on the database, which everybody has unless it was taken away.
/// </summary>
public sealed class PostgresModelTestRunner(PostgresWarehouse warehouse, IProjectFiles files, ModelGraph models, IReadOnlyDictionary<string, string> vars) : IModelTestRunner
{
    private const string Actual = "pg_temp.cdp_actual";
    private const string Expected = "pg_temp.cdp_expected";

    /// <inheritdoc/>
    /// <exception cref="WarehouseException">The server cannot be used, or the role may make no temporary tables there.</exception>
    public async Task<ModelTestResult> RunAsync(ModelTest test, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.Session.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await ExecuteAsync(connection, "set transaction read write", cancellationToken);
            return await RunAsync(connection, test, cancellationToken);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ReadOnlySqlTransaction)
        {
            throw new WarehouseException($"PostgreSQL: {error.MessageText}. cdp test makes temporary tables: GRANT TEMPORARY ON DATABASE to the role, on a server that takes writes", error);
        }
        catch (NpgsqlException error)
        {
            throw PostgresErrors.Unusable(error);
        }
    }

    private async Task<ModelTestResult> RunAsync(NpgsqlConnection connection, ModelTest test, CancellationToken cancellationToken)
    {
        var fixtures = new PostgresFixtures(files, connection);
        var standIns = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, fixture) in test.Given)
        {
            standIns[name] = $"pg_temp.cdp_given{standIns.Count}";
            await LoadAsync(fixtures, standIns[name], fixture, null, "PostgreSQL cannot read these rows", cancellationToken);
        }

        var merged = vars.Concat(test.Vars).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value);
        var query = new ModelCompiler(models, warehouse.Dialect, merged, ModelTestReader.InstantOf(test)) { StandIns = standIns }.Compile(models.Find(test.Model)!);
        var statement = $"create temporary table cdp_actual on commit drop as {query.Sql}";
        try
        {
            await ExecuteAsync(connection, statement, cancellationToken);
        }
        catch (PostgresException error)
        {
            throw PostgresErrors.Translate(error, query, statement, connection.UserName);
        }

        return await CompareAsync(connection, fixtures, test, cancellationToken);
    }

    private static async Task<ModelTestResult> CompareAsync(NpgsqlConnection connection, PostgresFixtures fixtures, ModelTest test, CancellationToken cancellationToken)
    {
        if (test.Expect is { Csv: null, Rows.Count: 0 })
            return new ModelTestResult(test, [], await RowsAsync(connection, $"select * from {Actual}", cancellationToken));
        var actual = (await PostgresColumns.ReadAsync(connection, $"select * from {Actual} limit 0", cancellationToken)).ToDictionary(column => column.Name, column => column.WarehouseType);
        // Expected values take the model's types: 12.5 and 12.50 are the same amount.
        var columns = await LoadAsync(fixtures, Expected, test.Expect, actual, "the expected rows do not fit the model's types", cancellationToken);
        if (columns.FirstOrDefault(column => !actual.ContainsKey(column)) is { } unknown)
            throw new ProjectException(test.Expect.At, $"the model has no column \"{unknown}\"{Nearest.Hint(unknown, actual.Keys)}");
        // json has no equality.
        var select = string.Join(", ", columns.Select(column => actual[column] == "json" ? $"{PostgresDialect.Name(column)}::jsonb" : PostgresDialect.Name(column)));
        var (is_, want) = ($"select {select} from {Actual}", $"select {select} from {Expected}");
        return new ModelTestResult(
            test,
            await RowsAsync(connection, $"{want} except all {is_}", cancellationToken),
            await RowsAsync(connection, $"{is_} except all {want}", cancellationToken));
    }

    private static async Task<IReadOnlyList<string>> LoadAsync(PostgresFixtures fixtures, string table, Fixture fixture, IReadOnlyDictionary<string, string>? known, string problem,
        CancellationToken cancellationToken)
    {
        try
        {
            return await fixtures.LoadAsync(table, fixture, known, cancellationToken);
        }
        catch (PostgresException error) when (error.SqlState[..2] is "22" or "42" && error.SqlState != PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new ProjectException(fixture.At, $"{problem}: {error.MessageText}");
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<IReadOnlyList<string>> RowsAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var rows = new List<string>();
        await using var command = new NpgsqlCommand($"select to_json(r)::text from ({sql}) r order by 1", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(reader.GetString(0));
        return rows;
    }
}
