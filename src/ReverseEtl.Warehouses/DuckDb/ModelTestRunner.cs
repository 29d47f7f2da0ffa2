using ReverseEtl.Core.Config;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.Testing;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.Testing;

namespace ReverseEtl.Warehouses.DuckDb;

/// <summary>Runs tests of models in a DuckDB in memory: fixtures become tables, and the model must make the expected rows of them.</summary>
public sealed class ModelTestRunner(IProjectFiles files, ModelGraph models, IReadOnlyDictionary<string, string> vars) : IModelTestRunner
{
    private readonly FixtureTable _fixtures = new(files);

    /// <inheritdoc/>
    public async Task<ModelTestResult> RunAsync(ModelTest test, CancellationToken cancellationToken)
    {
        await using var connection = new DuckDBConnection("Data Source=:memory:");
        await connection.OpenAsync(cancellationToken);
        await DuckDbSession.ExecuteAsync(connection, "set timezone = 'UTC'; create schema cdp_fixtures", cancellationToken);
        var standIns = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, fixture) in test.Given)
        {
            var table = TableOf(name);
            if (!name.Contains('.', StringComparison.Ordinal))
                standIns[name] = table;
            else
                await DuckDbSession.ExecuteAsync(connection, $"create schema if not exists {DuckDbDialect.Name(name.Split('.', 2)[0])}", cancellationToken);
            await _fixtures.LoadAsync(connection, table, fixture, cancellationToken);
        }

        var merged = vars.Concat(test.Vars).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value);
        var compiler = new ModelCompiler(models, new DuckDbDialect(), merged, ModelTestReader.InstantOf(test)) { StandIns = standIns };
        var query = compiler.Compile(models.Find(test.Model)!);
        try
        {
            await DuckDbSession.ExecuteAsync(connection, $"create table cdp_fixtures.actual as {query.Sql}", cancellationToken);
        }
        catch (DuckDBException error)
        {
            throw DuckDbErrors.Translate(error, query);
        }

        return await CompareAsync(connection, test, cancellationToken);
    }

    private async Task<ModelTestResult> CompareAsync(DuckDBConnection connection, ModelTest test, CancellationToken cancellationToken)
    {
        if (test.Expect is { Csv: null, Rows.Count: 0 })
            return new ModelTestResult(test, [], await RowsAsync(connection, "select a from cdp_fixtures.actual a", cancellationToken));
        await _fixtures.LoadAsync(connection, "cdp_fixtures.expected", test.Expect, cancellationToken);
        var actual = await TypesAsync(connection, "actual", cancellationToken);
        var expected = await TypesAsync(connection, "expected", cancellationToken);
        var unknown = expected.Keys.Where(column => !actual.ContainsKey(column)).ToList();
        if (unknown.Count > 0)
            throw new ProjectException(test.Expect.At, $"the model has no column \"{unknown[0]}\"{Nearest.Hint(unknown[0], actual.Keys)}");

        // Expected values take the model's types: 12.5 and 12.50 are the same amount.
        var columns = string.Join(", ", expected.Keys.Select(DuckDbDialect.Name));
        var cast = string.Join(", ", expected.Keys.Select(column => $"{DuckDbDialect.Name(column)}::{actual[column]} as {DuckDbDialect.Name(column)}"));
        var (is_, want) = ($"select {columns} from cdp_fixtures.actual", $"select {cast} from cdp_fixtures.expected");
        try
        {
            return new ModelTestResult(
                test,
                await RowsAsync(connection, $"select r from ({want} except all {is_}) r", cancellationToken),
                await RowsAsync(connection, $"select r from ({is_} except all {want}) r", cancellationToken));
        }
        catch (DuckDBException error)
        {
            throw new ProjectException(test.Expect.At, $"the expected rows do not fit the model's types: {DuckDbErrors.Sentence(error.Message)}");
        }
    }

    private static async Task<Dictionary<string, string>> TypesAsync(DuckDBConnection connection, string table, CancellationToken cancellationToken)
    {
        await using var command = new DuckDBCommand($"select * from cdp_fixtures.{table} limit 0", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, reader.GetDataTypeName, StringComparer.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> RowsAsync(DuckDBConnection connection, string sql, CancellationToken cancellationToken)
    {
        var rows = new List<string>();
        await using var command = new DuckDBCommand($"select to_json(columns(*))::varchar as row from ({sql}) order by 1", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(reader.GetString(0));
        return rows;
    }

    private static string TableOf(string name) => name.Split('.', 2) is [var schema, var table]
        ? $"{DuckDbDialect.Name(schema)}.{DuckDbDialect.Name(table)}"
        : $"cdp_fixtures.{DuckDbDialect.Name($"model_{name}")}";
}
