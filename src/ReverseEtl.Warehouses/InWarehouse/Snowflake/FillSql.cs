using System.Buffers;
using System.Text;
using System.Text.Json;
using ReverseEtl.Core.Delivery;
using static ReverseEtl.Warehouses.Local.SqlText;

namespace ReverseEtl.Warehouses.InWarehouse.Snowflake;

/// <summary>Rows for a table: one statement with one parameter, all of them as JSON, however many they are.</summary>
internal static class FillSql
{
    // A VARIANT has room for 16 MB.
    private const int MostBytes = 4 * 1024 * 1024;

    private static readonly SnowflakePlannerDialect Sql = new();

    /// <param name="table">The table.</param>
    /// <param name="page">The rows; the names of their columns are the table's.</param>
    public static IEnumerable<(string Sql, string Rows)> Of(string table, RowPage page)
    {
        var names = List(page.Columns.Select(column => column.Name));
        var values = List(page.Columns.Select((column, i) => Value(column.Type, i)));
        var sql = $"insert into {table} ({names}) select {values} from table(flatten(input => parse_json(?))) f";
        var buffer = new ArrayBufferWriter<byte>();
        for (var row = 0; row < page.Count;)
        {
            buffer.Clear();
            using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JsonText.Encoder }))
            {
                json.WriteStartArray();
                for (; row < page.Count && json.BytesCommitted + json.BytesPending < MostBytes; row++)
                    Write(json, page, row);
                json.WriteEndArray();
            }

            yield return (sql, Encoding.UTF8.GetString(buffer.WrittenSpan));
        }
    }

    // Numbers travel as text too, as JSON's lose digits on the way.
    private static string Value(FieldType type, int place)
    {
        var text = $"cast(get(f.value, {place}) as varchar)";
        return type.IsFixed() ? $"cast({text} as {Sql.StorageOf(type)})" : text;
    }

    private static void Write(Utf8JsonWriter json, RowPage page, int row)
    {
        json.WriteStartArray();
        foreach (var column in page.Columns)
            json.WriteStringValue(column.IsNull(row) ? null : Text(column, row));
        json.WriteEndArray();
    }

    private static string Text(FieldColumn column, int row) => column.Type is FieldType.Float ? SnowflakePlannerDialect.FloatText(column.Float(row)) : column.Text(row)!;
}
