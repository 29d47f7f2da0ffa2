using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;
using ReverseEtl.Warehouses.InWarehouse;
using ReverseEtl.Warehouses.Local;
using static ReverseEtl.Warehouses.Local.SqlText;

namespace ReverseEtl.Warehouses.Moving;

/// <summary>
/// The model's rows with both planners' hashes, by one reading: what the one says of a row that was told can be said in the other's words.
/// </summary>
/// <param name="file">The sync's file, whose session has the rows.</param>
/// <param name="source">Where the rows come from.</param>
/// <param name="engine">The warehouse that plans.</param>
/// <param name="local">The sync as the planner here has it, with DuckDB's types.</param>
/// <param name="inside">The sync as the planner in the warehouse has it.</param>
internal sealed class ModelHashes(SnapshotFile file, IModelSource source, IPlannerEngine engine, PlanRequest local, PlanRequest inside)
{
    /// <summary>
    /// The table: the key as kept here, the hashes <c>here</c> and <c>there</c>, each mapped identifier as it is sent (<c>s0</c>...) and as
    /// the model has it (<c>p0</c>...); a key that stands there twice has no hashes and <c>is_single</c> not.
    /// </summary>
    public const string Table = "temp.cdp_model_hashes";

    private const string Inside = "cdp_inside_hash";

    /// <summary>Reads the model.</summary>
    /// <param name="asked">The sync as the planner here is asked for it, with the warehouse's types.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task ReadAsync(PlanRequest asked, CancellationToken cancellationToken)
    {
        var (hash, query) = (engine.Dialect.HashColumn(Inside), asked.Query);
        query = query with { Query = query.Query.ReadBy(WithHash), Columns = [.. query.Columns, hash], Available = [.. query.Available, hash] };
        try
        {
            await source.CaptureAsync(file.Connection, asked with { Query = query }, shown => CreateAsync(shown.Query.Sql, cancellationToken), cancellationToken);
        }
        catch (DuckDBException error)
        {
            throw DuckDbErrors.Translate(error, asked.Query.Query);
        }
    }

    /// <summary>An identifier of the row <c>m</c> as it is sent.</summary>
    public static string Sent(int identifier) => $"m.s{identifier}";

    /// <summary>An identifier of the row <c>m</c> as the model has it.</summary>
    public static string Plain(int identifier) => $"m.p{identifier}";

    // The model begins on the first line, so that lines of errors are its own.
    private string WithHash
    {
        get
        {
            var (sql, query) = (engine.Dialect, inside.Query);
            var hash = sql.RowHash(query.Columns.Count > 0 ? query.Columns : query.Key, column => $"m.{sql.Name(column.Name)}", RowHash.Seed(query.Shape.Fingerprint));
            return $"select m.*, {hash} as {sql.Name(Inside)} from ({query.Query.Sql}\n) m";
        }
    }

    private async Task<bool> CreateAsync(string shown, CancellationToken cancellationToken)
    {
        var query = local.Query with { Query = local.Query.Query.ReadBy(shown) };
        new RowHashFunction(RowHashFunction.Name, RowHash.Seed(query.Shape.Fingerprint)).Register(file.Connection);
        SentValues.Register(file.Connection, query);
        var plan = new PlanSql(local with { Query = query }, file.Meta, new DiffRule());
        var identifiers = query.Mapper.Identifiers;
        List<(string Name, string Sql)> values =
        [
            ("here", "c.row_hash"),
            ("there", "c.there"),
            .. identifiers.Select((identifier, i) => ($"s{i}", SentValues.Of(query, identifier, Canonical))),
            .. identifiers.Select((identifier, i) => ($"p{i}", Canonical(identifier.Column))),
        ];
        var rows = $"select {List([.. plan.KeyColumns.Select(key => $"c.{key}"), .. values.Select(value => $"{value.Sql} as {value.Name}")])} "
            + $"from ({plan.CapturedWith($"m.{DuckDbDialect.Name(Inside)}::bigint as there")}) c";
        var single = values.Select(value => $"case when count(*) = 1 then any_value({value.Name}) end as {value.Name}");
        await file.ExecuteAsync($"create temp table cdp_model_hashes as select {List([.. plan.KeyColumns, "count(*) = 1 as is_single", .. single])} from ({rows}) group by {List(plan.KeyColumns)}", cancellationToken);
        return true;

        string Canonical(int column) => DuckDbTypes.Canonical($"c.c{column}", query.Columns[column]);
    }
}
