using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.Postgres;
using static ReverseEtl.Warehouses.Local.SqlText;

namespace ReverseEtl.Warehouses.InWarehouse.Postgres;

/// <summary>The planner's SQL for PostgreSQL 13 and later.</summary>
internal sealed class PostgresPlannerDialect : IPlannerDialect
{
    private static readonly PostgresDialect Dialect = new();

    // A page of PostgreSQL holds no longer row than some 8,000 bytes, and of each value kept elsewhere 18.
    public int? PlainFields => 256;

    public string CreateTable => "create table";

    public string CreateScratch => "create unlogged table";

    public string HashProbe => PostgresRowHash.Probe;

    public string Name(string name) => PostgresDialect.Name(name);

    public string Text(string text) => PostgresDialect.Text(text);

    public string Instant(DateTimeOffset instant) => Dialect.Instant(instant);

    public string? Literal(FieldType type, string canonical) => type switch
    {
        FieldType.Boolean => canonical is "true" or "false" ? canonical : null,
        FieldType.Integer => long.TryParse(canonical, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? $"'{canonical}'::bigint" : null,
        FieldType.Float => double.TryParse(canonical, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? $"'{canonical}'::double precision" : null,
        _ => canonical.Contains('\0', StringComparison.Ordinal) ? null : $"({Text(canonical)}::text collate \"C\")",
    };

    public string Canonical(string sql, ColumnInfo column) => PostgresTypes.Canonical(sql, column);

    public string StorageOf(FieldType type) => PostgresTypes.StorageOf(type);

    public string Key(string sql, ColumnInfo column) => PostgresTypes.Key(sql, column);

    public string KeyStorageOf(ColumnInfo column) => PostgresTypes.KeyStorageOf(column);

    public string CanonicalKey(string sql, ColumnInfo column) => PostgresTypes.CanonicalKey(sql, column);

    public string FromCanonicalKey(string sql, ColumnInfo column) => IsTextKey(column) ? $"{sql} collate \"C\"" : $"{sql}::{KeyStorageOf(column)}";

    public string InstantText(string sql) => PostgresTypes.Canonical(sql, new ColumnInfo("", "timestamp with time zone", FieldType.TimestampTz));

    public string RowHash(IReadOnlyList<ColumnInfo> columns, Func<ColumnInfo, string> sql, ulong seed) => PostgresRowHash.Of(columns, sql, seed);

    public ColumnInfo HashColumn(string name) => new(name, "bigint", FieldType.Integer);

    public string Digest(IReadOnlyList<(string Sql, FieldType Type)> values) => PostgresRowHash.OfKept(values);

    public string RowNumber(string? order) => $"row_number() over ({(order is null ? "" : $"order by {order}")})";

    public string Numbered(string rows) => $"select row_number() over () as number, lead(1) over () is null as is_last, a.* from ({rows}) a";

    public IEnumerable<string> IndexKeys(string table, string name, IReadOnlyList<ColumnInfo> key)
    {
        // A text may be longer than an index takes.
        yield return $"create index if not exists {name} on {table} ({List(key.Select((column, i) => IsTextKey(column) ? TextIndex($"k{i}") : $"k{i}"))})";
        yield return $"analyze {table}";
    }

    public IEnumerable<string> IndexPlan(string table) => [$"create unique index on {table} (seq)"];

    public string Delete(string table, string keys, IReadOnlyList<ColumnInfo> key) => $"delete from {table} as s using ({keys}) t where {SameKey(key, "s", "t")}";

    public string Update(string table, string set, string others, string match) => $"update {table} as p set {set} from {others} x where {match}";

    public string Pack(IEnumerable<string> texts) => $"array[{List(texts)}]::text[]";

    public string Unpack(string list, int index) => string.Create(CultureInfo.InvariantCulture, $"{list}[{index + 1}]");

    // Hashing is what either takes most of its time for.
    public bool DigestsFirst => false;

    public string HashesType => "bigint[]";

    public string Hashes(IEnumerable<string> hashes) => $"array[{List(hashes)}]::bigint[]";

    public string HashAt(string list, int index) => Unpack(list, index);

    public string AsText(string sql, FieldType type) => type.IsFixed() || type is FieldType.Decimal ? $"({sql})::text" : sql;

    public string FromText(string sql, FieldType type) => type.IsFixed() ? $"{sql}::{StorageOf(type)}" : sql;

    public string TextList(IEnumerable<string> texts) => $"to_json({Pack(texts)})::text";

    private static string SameKey(IReadOnlyList<ColumnInfo> key, string left, string right) => string.Join(" and ", key.Select((column, i) => IsTextKey(column)
        ? $"{TextIndex($"{left}.k{i}")} = {TextIndex($"{right}.k{i}")} and {left}.k{i} = {right}.k{i}"
        : $"{left}.k{i} = {right}.k{i}"));

    private static bool IsTextKey(ColumnInfo column) => PostgresTypes.KeyStorageOf(column).StartsWith("text", StringComparison.Ordinal);

    private static string TextIndex(string sql) => $"hashtextextended({sql}, 0)";
}
