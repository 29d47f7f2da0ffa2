using ReverseEtl.Core.Delivery;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Connectors.Files;

/// <summary>Copies a batch into DuckDB's own column buffers, a column at a time.</summary>
internal static class BatchWriter
{
    /// <summary>Appends key, order and fields of every row.</summary>
    public static void Write(ChangeBatch batch, long firstOrder, DuckDBAppender appender)
    {
        for (var start = 0; start < batch.Count; start += DataChunkWriter.MaxRows)
        {
            var count = Math.Min(DataChunkWriter.MaxRows, batch.Count - start);
            var chunk = appender.BeginChunk();
            WriteKey(batch, start, count, chunk[0]);
            var orders = chunk[1].Values<long>();
            for (var i = 0; i < count; i++)
                orders[i] = firstOrder + start + i;
            for (var field = 0; field < batch.Fields.Count; field++)
                WriteField(batch.Fields[field], start, count, chunk[field + 2]);
            appender.EndChunk(count);
        }
    }

    private static void WriteKey(ChangeBatch batch, int start, int count, VectorWriter vector)
    {
        // A single text key is its own text: no string per row is needed.
        var text = batch.Key.Count == 1 && !batch.Key[0].Type.IsFixed() ? batch.Key[0] : null;
        for (var i = 0; i < count; i++)
        {
            if (text is not null && !text.IsNull(start + i))
                vector.AssignString(i, text.Utf8(start + i));
            else
                vector.AssignString(i, batch.KeyText(start + i));
        }
    }

    private static void WriteField(FieldColumn column, int start, int count, VectorWriter vector)
    {
        for (var i = 0; i < count; i++)
        {
            var row = start + i;
            if (column.IsNull(row))
                vector.SetNull(i);
            else if (!column.Type.IsFixed())
                vector.AssignString(i, column.Utf8(row));
            else if (column.Type is FieldType.Boolean)
                vector.Values<bool>()[i] = column.Boolean(row);
            else if (column.Type is FieldType.Float)
                vector.Values<double>()[i] = column.Float(row);
            else
                vector.Values<long>()[i] = column.Integer(row);
        }
    }
}
