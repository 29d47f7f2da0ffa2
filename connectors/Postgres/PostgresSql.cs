using Npgsql;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Connectors.Postgres;

/// <summary>The statements of a batch. Names are quoted; values travel by COPY alone.</summary>
/// <remarks>
/// An upsert is an UPDATE of the rows that are there and an INSERT of the others, not one INSERT ... ON CONFLICT: that one checks NOT NULL
/// before it looks for the conflict, so that it refuses to update some columns of a row. ON CONFLICT serves where somebody else inserts
/// between the two. MERGE needs PostgreSQL 15 and fails there.
/// </remarks>
internal sealed class PostgresSql(PostgresObject @object, DestinationRequest request, IReadOnlyList<PostgresColumn> table)
{
    private const string Stage = "pg_temp.cdp_stage";

    private readonly string _table = Table(@object);

    public static bool Archives(DestinationRequest request) => request is { Mode: SyncMode.Mirror, OnRemoved: Removal.Archive };

    /// <summary>A temporary table of the batch's columns, as the target has them.</summary>
    public IEnumerable<string> Staging(ChangeBatch batch, TimeSpan lockTimeout)
    {
        yield return $"SET LOCAL lock_timeout = {(long)lockTimeout.TotalMilliseconds}";
        yield return $"CREATE TEMPORARY TABLE cdp_stage ON COMMIT DROP AS SELECT {Names(ColumnsOf(batch))} FROM {_table} WITH NO DATA";
        // NULL equals nothing: such a row would be inserted again and again.
        foreach (var id in @object.Id.Where(_ => batch.Operation is not Operation.Remove))
            yield return $"ALTER TABLE {Stage} ALTER COLUMN {Quote(id)} SET NOT NULL";
    }

    /// <summary>Text, as the server reads any type from it: numerics of any length, enums, domains.</summary>
    public static string Copy(IReadOnlyList<FieldColumn> columns) => $"COPY {Stage} ({Names(columns)}) FROM STDIN";

    /// <summary>What brings the staged rows into the table.</summary>
    public IEnumerable<string> Apply(ChangeBatch batch) => (batch.Operation, request.OnRemoved) switch
    {
        (Operation.Upsert, _) => [.. Update(Assignments(batch, "s")), Insert(batch, Assignments(batch, "excluded"))],
        (Operation.Update, _) => Update(Assignments(batch, "s")),
        (Operation.Insert or Operation.Append, _) => [Insert(batch, [])],
        (_, Removal.Clear) when request.Mode is SyncMode.Mirror => Update([.. request.Fields.Except(@object.Id).Select(name => $"{Quote(name)} = NULL")]),
        (_, Removal.Archive) when request.Mode is SyncMode.Mirror => Update([$"{Quote(@object.ArchivedAt)} = coalesce(t.{Quote(@object.ArchivedAt)}, now())"]),
        _ => [$"DELETE FROM {_table} AS t USING {Stage} AS s WHERE {Matches("t")}"],
    };

    /// <summary>The table for a batch with all its columns.</summary>
    public static string Create(PostgresObject @object, DestinationRequest request, IReadOnlyList<FieldColumn> columns)
    {
        var lines = columns.Select(column => $"{Quote(column.Name)} {TypeOf(column.Type)}").ToList();
        if (Archives(request))
            lines.Add($"{Quote(@object.ArchivedAt)} timestamptz");
        if (@object.UniqueBy.Count > 0)
            lines.Add($"PRIMARY KEY ({Names(@object.UniqueBy)})");
        return $"CREATE TABLE IF NOT EXISTS {Table(@object)} ({string.Join(", ", lines)})";
    }

    public static IReadOnlyList<FieldColumn> ColumnsOf(ChangeBatch batch) => batch.Operation is Operation.Remove ? batch.Identifiers : batch.Fields;

    public static string Table(PostgresObject @object) => $"{Quote(@object.Schema)}.{Quote(@object.Table)}";

    public static async Task RunAsync(NpgsqlConnection connection, IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var statement in statements)
            batch.BatchCommands.Add(new NpgsqlBatchCommand(statement));
        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private IEnumerable<string> Update(IReadOnlyList<string> assignments) =>
        assignments.Count == 0 ? [] : [$"UPDATE {_table} AS t SET {string.Join(", ", assignments)} FROM {Rows} WHERE {Matches("t")}"];

    private string Insert(ChangeBatch batch, IReadOnlyList<string> assignments)
    {
        var insert = $"INSERT INTO {_table} AS t ({Names(batch.Fields)}) SELECT {string.Join(", ", batch.Fields.Select(Inserted))} FROM {Rows}";
        if (@object.UniqueBy.Count == 0)
            return insert;
        var onConflict = assignments.Count == 0 ? "NOTHING" : $"UPDATE SET {string.Join(", ", assignments)}";
        return $"{insert} WHERE NOT EXISTS (SELECT FROM {_table} AS o WHERE {Matches("o")}) ORDER BY {Names(@object.UniqueBy, "s.")} ON CONFLICT ({Names(@object.UniqueBy)}) DO {onConflict}";
    }

    // Of rows with the same id the last one counts, as if they had come in two batches.
    private string Rows => @object.UniqueBy.Count == 0
        ? $"{Stage} AS s"
        : $"(SELECT DISTINCT ON ({Names(@object.UniqueBy)}) * FROM {Stage} ORDER BY {Names(@object.UniqueBy)}, ctid DESC) AS s";

    private string Matches(string other) => string.Join(" AND ", @object.UniqueBy.Select(name => $"{other}.{Quote(name)} = s.{Quote(name)}"));

    private List<string> Assignments(ChangeBatch batch, string from) =>
    [
        .. batch.Fields.Where(field => !@object.Id.Contains(field.Name)).Select(field => field.OmitNull
            ? $"{Quote(field.Name)} = coalesce({from}.{Quote(field.Name)}, t.{Quote(field.Name)})"
            : $"{Quote(field.Name)} = {from}.{Quote(field.Name)}"),
        .. Archives(request) ? [$"{Quote(@object.ArchivedAt)} = NULL"] : Array.Empty<string>(),
    ];

    // What is left out gets the column's default, as in any INSERT.
    private string Inserted(FieldColumn field) =>
        field.OmitNull && table.First(column => column.Name == field.Name).Default is { } value ? $"coalesce(s.{Quote(field.Name)}, {value})" : $"s.{Quote(field.Name)}";

    private static string Names(IEnumerable<FieldColumn> columns) => Names(columns.Select(column => column.Name));

    private static string Names(IEnumerable<string> names, string of = "") => string.Join(", ", names.Select(name => of + Quote(name)));

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string TypeOf(FieldType type) => type switch
    {
        FieldType.Integer => "bigint",
        FieldType.Float => "double precision",
        FieldType.Decimal => "numeric",
        FieldType.Bytes => "bytea",
        FieldType.Json => "jsonb",
        _ => type.ToString().ToLowerInvariant(),
    };
}
