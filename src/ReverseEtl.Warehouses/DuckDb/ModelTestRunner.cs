using System.Globalization;
using System.Text;
using System.Text.Json;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.Testing;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.DuckDb;

/// <summary>What a test found. Rows are JSON objects of the columns compared.</summary>
/// <param name="Test">The test.</param>
/// <param name="Missing">Expected rows that did not come out.</param>
/// <param name="Unexpected">Rows that came out and were not expected.</param>
public sealed record ModelTestResult(ModelTest Test, IReadOnlyList<string> Missing, IReadOnlyList<string> Unexpected)
{
    public bool Passed => Missing.Count + Unexpected.Count == 0;
}

/// <summary>Runs tests of models in a DuckDB in memory: fixtures become tables, and the model must make the expected rows of them.</summary>
public sealed class ModelTestRunner(IProjectFiles files, ModelGraph models, IReadOnlyDictionary<string, string> vars)
{
    /// <summary>Runs one test.</summary>
    /// <exception cref="ProjectException">DuckDB refuses the model or a fixture.</exception>
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
            await LoadAsync(connection, table, fixture, cancellationToken);
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
        await LoadAsync(connection, "cdp_fixtures.expected", test.Expect, cancellationToken);
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

    private async Task LoadAsync(DuckDBConnection connection, string table, Fixture fixture, CancellationToken cancellationToken)
    {
        var types = string.Join(", ", fixture.Types.Select(type => $"{DuckDbDialect.Text(type.Key)}: {DuckDbDialect.Text(type.Value)}"));
        var temporary = fixture.Csv is null ? Path.GetTempFileName() : null;
        try
        {
            if (temporary is null && files.Read(fixture.Csv!) is null)
                throw new ProjectException(fixture.At, $"there is no file {fixture.Csv} in the project's folder");
            if (temporary is not null)
                await File.WriteAllTextAsync(temporary, ToJson(fixture.Rows), cancellationToken);
            await DuckDbSession.ExecuteAsync(connection, $"create table {table} as {Select(fixture, temporary, types)}", cancellationToken);
        }
        catch (DuckDBException error)
        {
            throw new ProjectException(fixture.At, $"DuckDB cannot read these rows: {DuckDbErrors.Sentence(error.Message)}");
        }
        finally
        {
            if (temporary is not null)
                File.Delete(temporary);
        }
    }

    private string Select(Fixture fixture, string? temporary, string types)
    {
        if (temporary is null)
        {
            var path = DuckDbDialect.Text(Path.GetFullPath(fixture.Csv!, files.Folder));
            return $"select * from read_csv({path}, header = true{(types.Length > 0 ? $", types = {{{types}}}" : "")})";
        }

        if (fixture.Rows.Count == 0)
            return $"select {string.Join(", ", fixture.Types.Select(type => $"null::{type.Value} as {DuckDbDialect.Name(type.Key)}"))} limit 0";
        var columns = fixture.Rows.SelectMany(row => row.Entries.Select(entry => entry.Key)).Distinct(StringComparer.Ordinal);
        var select = string.Join(", ", columns.Select(column => fixture.Types.TryGetValue(column, out var type)
            ? $"{DuckDbDialect.Name(column)}::{type} as {DuckDbDialect.Name(column)}"
            : DuckDbDialect.Name(column)));
        return $"select {select} from read_json({DuckDbDialect.Text(temporary)}, format = 'array', sample_size = -1)";
    }

    private static string ToJson(IReadOnlyList<MapNode> rows)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, JsonText.Body))
            WriteList(writer, rows);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteList(Utf8JsonWriter writer, IReadOnlyList<ConfigNode> items)
    {
        writer.WriteStartArray();
        foreach (var item in items)
            Write(writer, item);
        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, ConfigNode node)
    {
        switch (node)
        {
            case MapNode map:
                writer.WriteStartObject();
                foreach (var entry in map.Entries)
                {
                    writer.WritePropertyName(entry.Key);
                    Write(writer, entry.Value);
                }

                writer.WriteEndObject();
                break;
            case ListNode list:
                WriteList(writer, list.Items);
                break;
            case ScalarNode { Type: ScalarType.Null }:
                writer.WriteNullValue();
                break;
            case ScalarNode { Type: ScalarType.Boolean } scalar:
                writer.WriteBooleanValue(scalar.Text == "true");
                break;
            case ScalarNode { Type: ScalarType.Number } scalar:
                writer.WriteNumberValue(decimal.Parse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture));
                break;
            case ScalarNode scalar:
                writer.WriteStringValue(scalar.Text);
                break;
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
