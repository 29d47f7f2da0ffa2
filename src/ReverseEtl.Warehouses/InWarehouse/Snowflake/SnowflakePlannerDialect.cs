using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.Snowflake;
using static ReverseEtl.Warehouses.Local.SqlText;

namespace ReverseEtl.Warehouses.InWarehouse.Snowflake;

/// <summary>The planner's SQL for Snowflake. Its own tables are transient and have no history of Snowflake's own: the snapshot is their history.</summary>
internal sealed class SnowflakePlannerDialect : IPlannerDialect
{
    private static readonly SnowflakeDialect Dialect = new();

    // A table of Snowflake's takes as many columns as a model has.
    public int? PlainFields => null;

    public string CreateTable => "create transient table";

    public string CreateScratch => CreateTable;

    public string HashProbe => SnowflakeRowHash.Probe;

    public string Name(string name) => SnowflakeDialect.Name(name);

    public string Text(string text) => SnowflakeDialect.Text(text);

    public string Instant(DateTimeOffset instant) => Dialect.Instant(instant);

    public string? Literal(FieldType type, string canonical) => type switch
    {
        FieldType.Boolean => canonical is "true" or "false" ? canonical : null,
        FieldType.Integer => long.TryParse(canonical, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? $"cast('{canonical}' as bigint)" : null,
        FieldType.Float => double.TryParse(canonical, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? $"cast('{FloatText(value)}' as float)" : null,
        _ => Text(canonical),
    };

    public string Canonical(string sql, ColumnInfo column) => SnowflakeTypes.Canonical(sql, column);

    public string StorageOf(FieldType type) => type switch
    {
        FieldType.Boolean => "boolean",
        FieldType.Integer => "bigint",
        FieldType.Float => "float",
        _ => "varchar",
    };

    public string Key(string sql, ColumnInfo column) => IsNumberKey(column) ? sql : Canonical(sql, column);

    // Snowflake's numbers without a type of their own have 38 digits, and most keys are such numbers: as text they would join slowly.
    public string KeyStorageOf(ColumnInfo column) => IsNumberKey(column) ? column.WarehouseType : StorageOf(column.Type);

    public string CanonicalKey(string sql, ColumnInfo column) => IsNumberKey(column) ? Canonical(sql, column) : sql;

    public string FromCanonicalKey(string sql, ColumnInfo column) => $"cast({sql} as {KeyStorageOf(column)})";

    public string InstantText(string sql) => Canonical(sql, new ColumnInfo("", "TIMESTAMP_TZ(9)", FieldType.TimestampTz));

    public string RowHash(IReadOnlyList<ColumnInfo> columns, Func<ColumnInfo, string> sql, ulong seed) => SnowflakeRowHash.Of(columns, sql, seed);

    public ColumnInfo HashColumn(string name) => new(name, "NUMBER(19,0)", FieldType.Decimal);

    public string Digest(IReadOnlyList<(string Sql, FieldType Type)> values) => SnowflakeRowHash.OfKept(values);

    public string RowNumber(string? order) => $"row_number() over (order by {order ?? "null"})";

    public string Numbered(string rows) =>
        $"select b.*, b.number = b.numbers as is_last from (select row_number() over (order by null) as number, count(*) over () as numbers, a.* from ({rows}) a) b";

    public IEnumerable<string> IndexKeys(string table, string name, IReadOnlyList<ColumnInfo> key) => [];

    public IEnumerable<string> IndexPlan(string table) => [];

    public string Delete(string table, string keys, IReadOnlyList<ColumnInfo> key) =>
        $"merge into {table} s using ({keys}) t on {Match(Names("k", key.Count), "s", "t")} when matched then delete";

    // No more than the documents say of UPDATE: it has no alias there.
    public string Update(string table, string set, string others, string match) =>
        $"update {table} set {set} where seq in (select p.seq from {table} p join {others} x on {match})";

    public string Pack(IEnumerable<string> texts) => throw NeverPacked;

    public string Unpack(string list, int index) => throw NeverPacked;

    // A statement instead of a table that is made and dropped.
    public bool DigestsFirst => true;

    public string HashesType => "varchar";

    public string Hashes(IEnumerable<string> hashes) => Balanced([.. hashes.Select(hash => $"coalesce(to_varchar({hash}), '')")], " || ',' || ");

    public string HashAt(string list, int index) => string.Create(CultureInfo.InvariantCulture, $"cast(nullif(split_part({list}, ',', {index + 1}), '') as bigint)");

    public string AsText(string sql, FieldType type) => type.IsFixed() || type is FieldType.Decimal ? $"to_varchar({sql})" : sql;

    public string FromText(string sql, FieldType type) => type.IsFixed() ? $"cast({sql} as {StorageOf(type)})" : sql;

    // Of lists, Snowflake writes what is missing as a word that JSON has not.
    public string TextList(IEnumerable<string> texts) =>
        $"'[' || array_to_string(array_construct({List(texts.Select(text => $"coalesce(to_json(to_variant({text})), 'null')"))}), ',') || ']'";

    /// <summary>A number as Snowflake reads it.</summary>
    public static string FloatText(double value) => value switch
    {
        double.PositiveInfinity => "inf",
        double.NegativeInfinity => "-inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static bool IsNumberKey(ColumnInfo column) => column.Type is FieldType.Decimal && column.WarehouseType.StartsWith("NUMBER(", StringComparison.Ordinal);

    private InvalidOperationException NeverPacked => new($"a plan has a column for each field where {nameof(PlainFields)} is null");
}
