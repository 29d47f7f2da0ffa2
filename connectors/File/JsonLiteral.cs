using ReverseEtl.Core.Delivery;
using System.Buffers;

namespace ReverseEtl.Connectors.Files;

/// <summary>JSON of UTF-8 text, escaping what JSON requires and nothing else: System.Text.Json's most relaxed encoder still escapes emoji.</summary>
internal static class JsonLiteral
{
    private static readonly SearchValues<byte> Escaped =
        SearchValues.Create([.. Enumerable.Range(0, ' ').Select(code => (byte)code), (byte)'"', (byte)'\\']);

    /// <summary>A string with its quotes.</summary>
    public static void WriteString(ByteBuffer target, ReadOnlySpan<byte> utf8)
    {
        target.Append((byte)'"');
        for (int next; (next = utf8.IndexOfAny(Escaped)) >= 0; utf8 = utf8[(next + 1)..])
        {
            target.Append(utf8[..next]);
            WriteEscape(target, utf8[next]);
        }

        target.Append(utf8);
        target.Append((byte)'"');
    }

    /// <summary>JSON as it is, but on one line: in JSON a line break is white space only.</summary>
    public static void WriteOnOneLine(ByteBuffer target, ReadOnlySpan<byte> json)
    {
        for (int next; (next = json.IndexOfAny((byte)'\n', (byte)'\r')) >= 0; json = json[(next + 1)..])
        {
            target.Append(json[..next]);
            target.Append((byte)' ');
        }

        target.Append(json);
    }

    /// <summary>False for what a warehouse may call a number and JSON does not, such as PostgreSQL's NaN.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("-"u8))
            text = text[1..];
        var leadingZero = text.StartsWith("0"u8);
        var digits = Digits(ref text);
        if (digits == 0 || (leadingZero && digits > 1))
            return false;
        if (text.StartsWith("."u8))
        {
            text = text[1..];
            if (Digits(ref text) == 0)
                return false;
        }

        if (text.IsEmpty)
            return true;
        if (text[0] is not ((byte)'e' or (byte)'E'))
            return false;
        text = text[1..];
        if (text.StartsWith("-"u8) || text.StartsWith("+"u8))
            text = text[1..];
        return Digits(ref text) > 0 && text.IsEmpty;
    }

    private static int Digits(ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        var count = end < 0 ? text.Length : end;
        text = text[count..];
        return count;
    }

    private static void WriteEscape(ByteBuffer target, byte code)
    {
        target.Append((byte)'\\');
        switch (code)
        {
            case (byte)'"' or (byte)'\\':
                target.Append(code);
                break;
            case (byte)'\b':
                target.Append((byte)'b');
                break;
            case (byte)'\f':
                target.Append((byte)'f');
                break;
            case (byte)'\n':
                target.Append((byte)'n');
                break;
            case (byte)'\r':
                target.Append((byte)'r');
                break;
            case (byte)'\t':
                target.Append((byte)'t');
                break;
            default:
                target.Append("u00"u8);
                target.Append(Hex(code >> 4));
                target.Append(Hex(code & 15));
                break;
        }
    }

    private static byte Hex(int digit) => (byte)(digit < 10 ? '0' + digit : 'A' + digit - 10);
}
