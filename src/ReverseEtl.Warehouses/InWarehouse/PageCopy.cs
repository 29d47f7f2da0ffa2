using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.Local;

namespace ReverseEtl.Warehouses.InWarehouse;

/// <summary>Copies rows between the warehouse and DuckDB, some thousand at a time: values as they travel, under the same names on both sides.</summary>
internal static class PageCopy
{
    /// <summary>Rows of DuckDB, for a table of the warehouse.</summary>
    public static IEnumerable<RowPage> Read(DuckDBColumnReader reader, IReadOnlyList<(string Name, FieldType Type)> columns, CancellationToken cancellationToken)
    {
        var shown = columns.Select(column => new ColumnInfo(column.Name, "", column.Type)).ToList();
        while (reader.ReadChunk(cancellationToken))
        {
            using var page = new RowPage([.. shown.Select((column, i) => ChunkCopy.Column(column, reader.Chunk[i], reader.Chunk.RowCount))], reader.Chunk.RowCount);
            yield return page;
        }
    }

    /// <summary>Adds rows of the warehouse to a table of DuckDB: their kinds and their columns.</summary>
    public static void Write(IPlanReader reader, IReadOnlyList<(string Name, FieldType Type)> columns, DuckDBConnection duck, string table, CancellationToken cancellationToken)
    {
        using var appender = duck.CreateAppender(table);
        while (reader.Read(cancellationToken))
        {
            using var page = PageOf(reader.Rows, columns);
            for (var row = 0; row < page.Count; row++)
            {
                var appended = appender.CreateRow().AppendValue(reader.Rows.Kinds[row]);
                foreach (var column in page.Columns)
                    Append(appended, column, row);
                appended.EndRow();
            }
        }
    }

    private static RowPage PageOf(IPlanRows rows, IReadOnlyList<(string Name, FieldType Type)> columns) => new(
        [
            .. columns.Select((value, i) =>
            {
                using var builder = new FieldColumnBuilder(value.Name, value.Type);
                rows.Append(builder, i, 0, rows.Count);
                return builder.Build();
            }),
        ],
        rows.Count);

    private static void Append(DuckDBAppenderRow row, FieldColumn column, int at) => _ = column.Type switch
    {
        _ when column.IsNull(at) => row.AppendNullValue(),
        FieldType.Boolean => row.AppendValue(column.Boolean(at)),
        FieldType.Integer => row.AppendValue(column.Integer(at)),
        FieldType.Float => row.AppendValue(column.Float(at)),
        _ => row.AppendUtf8(column.Utf8(at)),
    };
}
