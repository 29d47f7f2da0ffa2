using System.Text;
using System.Text.Json;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Tests.Delivery;

/// <summary>Objects are written as a JSON writer would write them.</summary>
public sealed class JsonBufferTests
{
    [Fact]
    public void Any_text_is_written_as_by_a_json_writer()
    {
        var random = new Random(20261122);
        for (var round = 0; round < 300; round++)
            AssertSame([Text($"n\u00e4me \"{round}\"", RandomText(random)), Text("b", RandomText(random), null, "plain"), Text("😀", new string('x', random.Next(9000)))]);
    }

    [Fact]
    public void Text_that_is_not_utf8_is_written_as_by_a_json_writer()
    {
        using var builder = new FieldColumnBuilder("bytes", FieldType.Text);
        builder.AppendUtf8([0xFF, (byte)'a', 0xC3, (byte)'"', 0xED, 0xA0, 0x80, 0xF0, 0x9F]);
        AssertSame([builder.Build()]);
    }

    [Fact]
    public void Numbers_and_truths_are_written_as_by_a_json_writer() => AssertSame(
    [
        Fixed("i", FieldType.Integer, long.MinValue, 0, long.MaxValue),
        Fixed("f", FieldType.Float, [.. new[] { 0.1, -1e300, double.Epsilon, 1e21, double.MaxValue, 5, double.NaN, double.NegativeInfinity }.Select(BitConverter.DoubleToInt64Bits)]),
        Fixed("b", FieldType.Boolean, 0, 1),
        Typed("d", FieldType.Decimal, "12345678901234567890.10", "NaN", "-Infinity"),
        Typed("j", FieldType.Json, """{"a": [1.10, "æ"]}"""),
    ]);

    [Fact]
    public void A_null_is_written_or_left_out()
    {
        using var left = new FieldColumnBuilder("left", FieldType.Integer);
        left.AppendNull();
        FieldColumn[] columns = [left.Build(omitNull: true), Text("kept", [null]), Text("last", "x")];
        Assert.Equal("""{"kept":null,"last":"x"}""", Written(columns, 0));
        Assert.Equal("{}", Written(columns[..1], 0));
    }

    /// <summary>The columns may differ in their rows: each is compared by itself and with the others of its row.</summary>
    private static void AssertSame(FieldColumn[] columns)
    {
        for (var row = 0; row < columns.Max(column => column.Count); row++)
        {
            FieldColumn[] present = [.. columns.Where(column => column.Count > row)];
            Assert.Equal(Expected(present, row), Written(present, row));
        }
    }

    private static string Written(FieldColumn[] columns, int row) => Json(writer => ChangeBatch.WriteObject(writer, columns, row));

    private static string Expected(FieldColumn[] columns, int row) => Json(writer =>
    {
        writer.WriteStartObject();
        foreach (var column in columns)
        {
            writer.WritePropertyName(column.Name);
            column.WriteValue(writer, row);
        }

        writer.WriteEndObject();
    });

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, JsonText.Body))
            write(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static FieldColumn Text(string name, params string?[] values) => Typed(name, FieldType.Text, values);

    private static FieldColumn Typed(string name, FieldType type, params string?[] values)
    {
        using var builder = new FieldColumnBuilder(name, type);
        foreach (var value in values)
            builder.AppendText(value);
        return builder.Build();
    }

    private static FieldColumn Fixed(string name, FieldType type, params long[] values)
    {
        using var builder = new FieldColumnBuilder(name, type);
        builder.AppendFixed(values);
        return builder.Build();
    }

    private static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (var length = random.Next(40); text.Length < length;)
        {
            var code = random.Next(3) switch { 0 => random.Next(0x80), 1 => random.Next(0x10000), _ => random.Next(0x110000) };
            if (Rune.IsValid(code))
                text.Append(new Rune(code));
        }

        return text.ToString();
    }
}
