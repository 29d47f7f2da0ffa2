using System.Globalization;
using System.Text.Json;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Snowflake.Emulator.Execution;

/// <summary>Runs a translated statement, and writes down its result as Snowflake has it.</summary>
/// <param name="session">The session.</param>
/// <param name="folder">Where results go.</param>
/// <param name="rowsPerPartition">How large a partition is.</param>
/// <param name="hasStats">See <see cref="EmulatorOptions.HasStats"/>.</param>
/// <param name="cancellationToken">Stops the statement.</param>
internal sealed class StatementRunner(DuckDBConnection session, string folder, int rowsPerPartition, bool hasStats, CancellationToken cancellationToken)
{
    private const int RowsPerMicroPartition = 10_000;

    /// <exception cref="DuckDBException">DuckDB refuses it.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public StoredResult Run(TranslatedStatement statement, IReadOnlyList<DuckDBParameter> parameters) => statement.Kind switch
    {
        "select" or "union" or "intersect" or "except" or "subquery" or "values" => Query(statement.Sql, parameters),
        "explain" => Explain(statement.Sql, statement.Target!),
        "insert" => Changed(Count(statement.Sql, parameters), 0, 0, "inserted"),
        "update" => Changed(0, Count(statement.Sql, parameters), 0, "updated"),
        "delete" or "truncate" => Changed(0, 0, Count(statement.Sql, parameters), "deleted"),
        "merge" => Merge(statement.Sql, parameters),
        "create_database" => Done(Engine.DatabaseSql(statement.Target!), "Database", statement.Target),
        "drop_database" => Done($"detach {WireNames.Quoted(statement.Target!)}", null, null),
        "create_table" => Done(statement.Sql, "Table", statement.Target, parameters),
        "create_schema" => Done(statement.Sql, "Schema", statement.Target),
        _ => Done(statement.Sql, null, null),
    };

    private StoredResult Query(string sql, IReadOnlyList<DuckDBParameter> parameters)
    {
        using var command = Command(sql, parameters);
        command.UseStreamingMode = true;
        var reader = Open(command);
        var columns = Enumerable.Range(0, reader.FieldCount).Select(i => (Name: WireNames.Decode(reader.GetName(i)), Type: reader.GetDataTypeName(i))).ToList();
        if (columns.Exists(column => WireColumn.IsNested(column.Type)))
        {
            reader.Dispose();
            var names = string.Join(", ", columns.Index().Select(column => $"c{column.Index}"));
            var select = string.Join(", ", columns.Index().Select(column => WireColumn.IsNested(column.Item.Type) ? $"to_json(c{column.Index})" : $"c{column.Index}"));
            command.CommandText = $"select {select} from ({sql}) t({names})";
            reader = Open(command);
        }

        using (reader)
        {
            IReadOnlyList<WireColumn> wire = [.. columns.Select((column, i) => WireColumn.Of(column.Name, reader.GetDataTypeName(i)))];
            return StoredResult.Write(folder, wire, Rows(reader, wire), rowsPerPartition);
        }
    }

    private IEnumerable<IReadOnlyList<string?>> Rows(DuckDBDataReader reader, IReadOnlyList<WireColumn> columns)
    {
        var row = new string?[columns.Count];
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < row.Length; i++)
                row[i] = columns[i].Cell(reader, i);
            yield return row;
        }
    }

    private StoredResult Merge(string sql, IReadOnlyList<DuckDBParameter> parameters)
    {
        using var command = Command($"{sql} returning merge_action", parameters);
        using var reader = Open(command);
        var counts = new Dictionary<string, long>();
        while (reader.Read())
            counts[reader.GetString(0)] = counts.GetValueOrDefault(reader.GetString(0)) + 1;
        var (inserted, updated, deleted) = (counts.GetValueOrDefault("INSERT"), counts.GetValueOrDefault("UPDATE"), counts.GetValueOrDefault("DELETE"));
        return StoredResult.OfRow(folder, [.. new[] { "inserted", "updated", "deleted" }.Select(CountColumn)], [Text(inserted), Text(updated), Text(deleted)], hasStats ? (inserted, updated, deleted) : null);
    }

    private StoredResult Changed(long inserted, long updated, long deleted, string verb) =>
        StoredResult.OfRow(folder, [CountColumn(verb)], [Text(inserted + updated + deleted)], hasStats ? (inserted, updated, deleted) : null);

    private StoredResult Done(string sql, string? kind, string? name, params IReadOnlyList<DuckDBParameter> parameters)
    {
        Count(sql, parameters);
        return StoredResult.OfRow(folder, [new WireColumn("status", "text")], [kind is null ? "Statement executed successfully." : $"{kind} {name} successfully created."]);
    }

    // What is scanned, in units that are made up here as Snowflake's are there.
    private StoredResult Explain(string sql, string format)
    {
        using var command = Command($"explain (format json) {sql}", []);
        using var reader = Open(command);
        reader.Read();
        using var plan = JsonDocument.Parse(reader.GetString(1));
        var rows = Scans(plan.RootElement).ToList();
        var partitions = rows.Sum(count => Math.Max(1, (count + RowsPerMicroPartition - 1) / RowsPerMicroPartition));
        var bytes = rows.Sum() * 100;
        if (format == "tabular")
        {
            return StoredResult.OfRow(folder,
                [new("step", "fixed", 10, 0), new("operation", "text"), new("partitionsTotal", "fixed", 18, 0), new("partitionsAssigned", "fixed", 18, 0), new("bytesAssigned", "fixed", 18, 0)],
                [null, "GlobalStats", Text(partitions), Text(partitions), Text(bytes)]);
        }

        var stats = new { GlobalStats = new { partitionsTotal = partitions, partitionsAssigned = partitions, bytesAssigned = bytes }, Operations = Array.Empty<object>() };
        return StoredResult.OfRow(folder, [new WireColumn("content", "text")], [JsonSerializer.Serialize(stats)]);
    }

    private static IEnumerable<long> Scans(JsonElement node)
    {
        if (node.ValueKind is JsonValueKind.Array)
            return node.EnumerateArray().SelectMany(Scans);
        var below = node.GetProperty("children").EnumerateArray().SelectMany(Scans);
        return node.GetProperty("name").GetString()!.Contains("SCAN", StringComparison.Ordinal) && node.GetProperty("extra_info").TryGetProperty("Table", out _)
            ? below.Append(long.Parse(node.GetProperty("extra_info").GetProperty("Estimated Cardinality").GetString()!, CultureInfo.InvariantCulture))
            : below;
    }

    private long Count(string sql, IReadOnlyList<DuckDBParameter> parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteNonQueryAsync(cancellationToken).GetAwaiter().GetResult();
    }

    private DuckDBCommand Command(string sql, IReadOnlyList<DuckDBParameter> parameters)
    {
        var command = new DuckDBCommand(sql, session);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    private DuckDBDataReader Open(DuckDBCommand command) => (DuckDBDataReader)command.ExecuteReaderAsync(cancellationToken).GetAwaiter().GetResult();

    private static WireColumn CountColumn(string verb) => new($"number of rows {verb}", "fixed", 18, 0);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
