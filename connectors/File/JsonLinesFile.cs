using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Connectors.Files;

/// <summary>
/// One JSON object a line. Not by DuckDB's own writer, which passes decimals through doubles and has no rules for NaN. Values are encoded a
/// column at a time, as they lie in memory, and then put together row by row.
/// </summary>
internal static class JsonLinesFile
{
    private const int BufferBytes = 1 << 20;

    public static void Write(Stage stage, RowSource rows, string path, CancellationToken cancellationToken)
    {
        var columns = rows.Columns.Select(column => new JsonColumn(column.Field)).ToArray();
        var line = new ByteBuffer();
        // This class fills large blocks itself.
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        using var reader = stage.Stream(rows.Query(column => column.Value, named: false), cancellationToken);
        while (reader.ReadChunk(cancellationToken))
        {
            var chunk = reader.Chunk;
            for (var i = 0; i < columns.Length; i++)
                columns[i].Encode(chunk[i]);
            for (var row = 0; row < chunk.RowCount; row++)
            {
                WriteRow(line, columns, row);
                if (line.Length < BufferBytes)
                    continue;
                file.Write(line.Written);
                line.Clear();
            }
        }

        file.Write(line.Written);
    }

    private static void WriteRow(ByteBuffer line, JsonColumn[] columns, int row)
    {
        line.Append((byte)'{');
        var first = true;
        foreach (var column in columns)
        {
            var value = column.Value(row);
            // Nothing: a NULL under null: skip, which says nothing of the field.
            if (value.IsEmpty)
                continue;
            if (!first)
                line.Append((byte)',');
            first = false;
            line.Append(column.Name);
            line.Append(value);
        }

        line.Append("}\n"u8);
    }
}
