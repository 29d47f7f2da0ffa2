using Npgsql;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Connectors.Postgres;

/// <summary>What the server's catalog says of the target.</summary>
/// <param name="Columns">Its columns; null where there is no such table.</param>
/// <param name="Allowed">What the role may do besides: <c>TEMP</c>, <c>USAGE</c>, <c>CREATE</c>, <c>DELETE</c>, and <c>WRITE</c> where the server takes writes.</param>
/// <param name="IsUnique">True where a unique index has exactly the columns that rows are told apart by.</param>
internal sealed record PostgresCatalog(IReadOnlyList<PostgresColumn>? Columns, IReadOnlySet<string> Allowed, bool IsUnique)
{
    private const string Facts = """
        SELECT c.oid IS NOT NULL,
               array_remove(ARRAY[CASE WHEN has_database_privilege(current_database(), 'TEMP') THEN 'TEMP' END,
                   CASE WHEN has_schema_privilege(n.oid, 'USAGE') THEN 'USAGE' END, CASE WHEN has_schema_privilege(n.oid, 'CREATE') THEN 'CREATE' END,
                   CASE WHEN has_table_privilege(c.oid, 'DELETE') THEN 'DELETE' END,
                   CASE WHEN current_setting('transaction_read_only') = 'off' THEN 'WRITE' END], NULL),
               EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND i.indimmediate AND i.indisvalid
                   AND i.indpred IS NULL AND i.indexprs IS NULL AND ARRAY(SELECT a.attname::text COLLATE "C"
                       FROM unnest(i.indkey) WITH ORDINALITY AS k(number, place) JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
                       WHERE k.place <= i.indnkeyatts ORDER BY 1) = ARRAY(SELECT name COLLATE "C" FROM unnest($3::text[]) AS u(name) ORDER BY 1))
        FROM (SELECT 1) AS one LEFT JOIN pg_namespace n ON n.nspname = $1
             LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = $2 AND c.relkind IN ('r', 'p')
        """;

    private const string ColumnsOf = """
        SELECT a.attname, t.typname, t.typcategory = 'A', pg_get_expr(d.adbin, d.adrelid), a.attgenerated <> '' OR a.attidentity = 'a',
               ARRAY(SELECT word FROM unnest('{SELECT,INSERT,UPDATE}'::text[]) AS w(word) WHERE has_column_privilege(c.oid, a.attnum, word))
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             JOIN pg_type o ON o.oid = a.atttypid JOIN pg_type t ON t.oid = coalesce(nullif(o.typbasetype, 0), o.oid)
             LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum AND a.attgenerated = ''
        WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p')
        """;

    public static async Task<PostgresCatalog> ReadAsync(NpgsqlConnection connection, PostgresObject @object, CancellationToken cancellationToken)
    {
        NpgsqlParameter[] Names() => [new() { Value = @object.Schema }, new() { Value = @object.Table }];
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(Facts) { Parameters = { Names()[0], Names()[1], new NpgsqlParameter { Value = @object.UniqueBy.ToArray() } } },
                new NpgsqlBatchCommand(ColumnsOf) { Parameters = { Names()[0], Names()[1] } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (exists, allowed, isUnique) = (reader.GetBoolean(0), reader.GetFieldValue<string[]>(1), reader.GetBoolean(2));
        await reader.NextResultAsync(cancellationToken);
        var columns = new List<PostgresColumn>();
        while (await reader.ReadAsync(cancellationToken))
        {
            columns.Add(new PostgresColumn(reader.GetString(0), reader.GetString(1), reader.GetBoolean(2), reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.GetBoolean(4), reader.GetFieldValue<string[]>(5).ToHashSet()));
        }

        return new PostgresCatalog(exists ? columns : null, allowed.ToHashSet(), isUnique);
    }

    /// <summary>What stands in the way of a sync, one sentence each.</summary>
    public IEnumerable<string> Problems(PostgresObject @object, DestinationRequest request)
    {
        var table = PostgresSql.Table(@object);
        if (!Allowed.Contains("WRITE"))
            yield return "the server takes no writes (a standby, or default_transaction_read_only is on): name the primary as host";
        if (!Allowed.Contains("TEMP"))
            yield return "the role may make no temporary tables: GRANT TEMPORARY ON DATABASE to it";
        if (Columns is null && !@object.Create)
            yield return $"there is no table {table}: correct object.schema and object.table, or set create: true";
        if (Columns is null && @object.Create && !Allowed.Contains("CREATE"))
            yield return $"the table {table} cannot be made: create the schema, or GRANT CREATE ON SCHEMA to the role";
        if (Columns is null)
            yield break;
        if (!Allowed.Contains("USAGE"))
            yield return $"the role may not look into the schema of {table}: GRANT USAGE ON SCHEMA to it";
        if (!IsUnique && @object.UniqueBy.Count > 0 && request.Mode is not (SyncMode.Update or SyncMode.Delete))
            yield return $"{table} has no unique index on exactly ({string.Join(", ", @object.UniqueBy)}), without a condition and not deferrable: create one, or correct object.id";
        foreach (var problem in Needs(@object, request).SelectMany(need => Problems(table, need.Column, need.Right)).Distinct())
            yield return problem;
        if (Deletes(request) && !Allowed.Contains("DELETE"))
            yield return $"the role may not delete: GRANT DELETE ON {table} to it";
    }

    private IEnumerable<string> Problems(string table, string name, string right)
    {
        if (Columns!.FirstOrDefault(column => column.Name == name) is not { } column)
            yield return $"{table} has no column \"{name}\"{Core.Config.Nearest.Hint(name, Columns!.Select(column => column.Name))}";
        else if (column.IsGenerated && right is not "SELECT")
            yield return $"{table}.{name} is written by the server alone (GENERATED ALWAYS): take it off the map";
        else if (!column.Rights.Contains(right))
            yield return $"the role may not {right.ToLowerInvariant()} {name}: GRANT {right} ON {table} to it";
    }

    private static bool Deletes(DestinationRequest request) =>
        request.Mode is SyncMode.Delete || (request.Mode is SyncMode.Mirror && request.OnRemoved is not (Removal.Clear or Removal.Archive));

    private static IEnumerable<(string Column, string Right)> Needs(PostgresObject @object, DestinationRequest request)
    {
        string[] written = [.. request.Fields, .. PostgresSql.Archives(request) ? [@object.ArchivedAt] : Array.Empty<string>(), .. @object.EventId is { } id ? [id] : Array.Empty<string>()];
        foreach (var column in request.Mode is SyncMode.Delete ? @object.Id : written)
        {
            yield return (column, "SELECT");
            if (request.Mode is SyncMode.Upsert or SyncMode.Mirror or SyncMode.Insert or SyncMode.Append && request.Fields.Append(@object.EventId).Contains(column))
                yield return (column, "INSERT");
            if (request.Mode is SyncMode.Upsert or SyncMode.Mirror or SyncMode.Update && !@object.Id.Contains(column))
                yield return (column, "UPDATE");
        }
    }
}
