using System.Buffers;
using System.Text;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Requests;

/// <summary>Comma-separated values (RFC 4180), written from columns and read from answers.</summary>
public static class Csv
{
    /// <summary>A body with a header and a line for each row. Text stands in quotes, so that any text arrives as it is; lines end with LF.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="count">The rows.</param>
    /// <param name="empty">What stands for NULL and for empty text; nothing at all for NULL under <c>null: skip</c>.</param>
    public static ColumnarContent Body(IReadOnlyList<FieldColumn> columns, int count, string empty = "") => ColumnarContent.Of("text/csv", output =>
    {
        var clear = Encoding.UTF8.GetBytes(empty);
        output.Write(Encoding.UTF8.GetBytes(string.Join(',', columns.Select(column => column.Name))));
        output.Write("\n"u8);
        for (var row = 0; row < count; row++)
        {
            for (var at = 0; at < columns.Count; at++)
            {
                if (at > 0)
                    output.Write(","u8);
                Write(output, columns[at], row, clear);
            }

            output.Write("\n"u8);
        }
    });

    /// <summary>The lines of a text, header first. A quote that is not closed ends with the text.</summary>
    public static IEnumerable<IReadOnlyList<string>> Lines(string text)
    {
        var line = new List<string>();
        var value = new StringBuilder();
        var isQuoted = false;
        for (var at = 0; at < text.Length; at++)
        {
            var letter = text[at];
            if (letter == '"')
            {
                // A quote within quotes is doubled: the second one opens again what the first one closed.
                if (!isQuoted && at > 0 && text[at - 1] == '"')
                    value.Append('"');
                isQuoted = !isQuoted;
            }
            else if (isQuoted || letter is not (',' or '\n' or '\r'))
                value.Append(letter);
            else if (letter is not '\r')
            {
                line.Add(value.ToString());
                value.Clear();
                if (letter is ',')
                    continue;
                yield return line;
                line = [];
            }
        }

        if (value.Length > 0 || line.Count > 0)
            yield return [.. line, value.ToString()];
    }

    private static void Write(IBufferWriter<byte> output, FieldColumn column, int row, ReadOnlySpan<byte> empty)
    {
        if (column.IsLeftOut(row))
            return;
        if (column.IsNull(row))
        {
            output.Write(empty);
            return;
        }

        if (column.Type.IsFixed())
        {
            output.Write(Encoding.UTF8.GetBytes(column.Text(row)!));
            return;
        }

        var text = column.Utf8(row);
        if (text.IsEmpty)
        {
            output.Write(empty);
            return;
        }

        output.Write("\""u8);
        for (var quote = text.IndexOf((byte)'"'); quote >= 0; quote = text.IndexOf((byte)'"'))
        {
            output.Write(text[..(quote + 1)]);
            output.Write("\""u8);
            text = text[(quote + 1)..];
        }

        output.Write(text);
        output.Write("\""u8);
    }
}
