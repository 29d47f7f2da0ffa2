using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.Local;
using ReverseEtl.Warehouses.Postgres;

namespace ReverseEtl.Warehouses.InWarehouse.Postgres;

/// <summary>
/// A 64-bit hash of columns as an expression, of functions that PostgreSQL has since version 11. Each column is hashed with a seed of its
/// own place, and the hashes are joined by XOR.
/// </summary>
/// <remarks>
/// Not <c>hash_record_extended</c>, which is as fast: its hash of a numeric knows no sign, that of a bigint or an instant only what is
/// left of 64 bits when one half is folded onto the other, so that some changes would never be seen.
/// </remarks>
internal static class PostgresRowHash
{
    /// <summary>The hash of a model's columns.</summary>
    public static string Of(IReadOnlyList<ColumnInfo> columns, Func<ColumnInfo, string> sql, ulong seed) =>
        Join([.. columns.Select((column, i) => OrNull(Column(sql(column), column, Seed(seed, i)), Seed(~seed, i)))]);

    /// <summary>The hash of values as they are kept.</summary>
    public static string OfKept(IReadOnlyList<(string Sql, FieldType Type)> values) =>
        Join([.. values.Select((value, i) => OrNull(Kept(value.Sql, value.Type, Seed(0, i)), Seed(1, i)))]);

    /// <summary>What the functions above make of some values.</summary>
    public static string Probe =>
        $"({Kept("'probe'", FieldType.Text, "1")} # {Kept("9007199254740993::bigint", FieldType.Integer, "2")} # {Kept("0.1::double precision", FieldType.Float, "3")} "
        + "# uuid_hash_extended('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 4))::text";

    private static string Column(string sql, ColumnInfo column, string seed) => column.Type switch
    {
        FieldType.Integer when column.WarehouseType is "smallint" or "integer" => $"hashint4extended({sql}, {seed})",
        FieldType.Uuid => $"uuid_hash_extended({sql}, {seed})",
        // Days, as the text of a date is slow to make; the infinities have none.
        FieldType.Date => $"hashint4extended(case when isfinite({sql}) then {sql} - date '2000-01-01' when {sql} > '2000-01-01' then {int.MaxValue} else {int.MinValue} end, {seed})",
        FieldType.Boolean or FieldType.Integer => Kept(sql, column.Type, seed),
        FieldType.Float => $"hashfloat8extended({sql}, {seed})",
        FieldType.Text when column.WarehouseType is "text" or "character varying" => Kept(sql, FieldType.Text, seed),
        // By its zone at no other place than by its text does an instant have all its 64 bits hashed.
        FieldType.Timestamp or FieldType.TimestampTz or FieldType.Decimal when column.WarehouseType is not "money" => Kept($"{sql}::text", FieldType.Text, seed),
        _ => Kept(PostgresTypes.Canonical(sql, column), FieldType.Text, seed),
    };

    private static string Kept(string sql, FieldType type, string seed) => type switch
    {
        FieldType.Boolean => $"hashint4extended(({sql})::integer, {seed})",
        // It folds one half onto the other, so that it takes the other one to tell; by another seed, or 0 and -1 would be alike.
        FieldType.Integer => $"hashint8extended(({sql})::bigint, {seed}) # hashint4extended((({sql})::bigint >> 32)::integer, {seed} # 1)",
        FieldType.Float => $"hashfloat8extended({sql}, {seed})",
        // Byte for byte, whatever collation the column has.
        _ => $"hashtextextended(({sql}) collate \"C\", {seed})",
    };

    // No hash function is given NULL.
    private static string OrNull(string hash, string orNull) => $"coalesce({hash}, {orNull})";

    private static string Join(ReadOnlySpan<string> hashes) => SqlText.Balanced(hashes, " # ");

    private static string Seed(ulong seed, int place) =>
        string.Create(CultureInfo.InvariantCulture, $"'{unchecked((long)RowHash.Bits(seed, (ulong)place))}'::bigint");
}
