using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Requests;

namespace ReverseEtl.Tests.Http;

public sealed class CsvTests
{
    [Fact]
    public void Any_text_is_read_as_it_was_written()
    {
        Prop.ForAll<string[]>(texts =>
        {
            var written = Array.ConvertAll(texts, text => text is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
            using var first = Batches.Texts("first", written);
            using var last = Batches.Texts("last", [.. written.Reverse()]);
            using var body = Csv.Body([first, last], texts.Length);

            var lines = Csv.Lines(Encoding.UTF8.GetString(body.Bytes.Span)).ToList();

            Assert.Equal(["first", "last"], lines[0]);
            Assert.Equal(written.Select(text => text ?? ""), lines.Skip(1).Select(line => line[0]));
            Assert.Equal(written.Reverse().Select(text => text ?? ""), lines.Skip(1).Select(line => line[1]));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void What_is_empty_has_a_mark_and_what_is_skipped_has_none()
    {
        using var builder = new FieldColumnBuilder("skipped", FieldType.Text);
        builder.AppendNull();
        builder.AppendText("");
        using var skipped = builder.Build(omitNull: true);
        using var cleared = Batches.Texts("cleared", null, "");
        using var number = Batches.Integers("number", 1, -2);

        using var body = Csv.Body([skipped, cleared, number], 2, "#N/A");

        Assert.Equal("skipped,cleared,number\n,#N/A,1\n#N/A,#N/A,-2\n", Encoding.UTF8.GetString(body.Bytes.Span));
    }

    [Theory]
    [InlineData("a,b\r\n\"\",\"\"\"\"\r\n", "a|b;|\"")]
    [InlineData("a\nlast", "a;last")]
    [InlineData("", "")]
    [InlineData("a,", "a|")]
    [InlineData("\"a\nb\",c", "a\nb|c")]
    public void Other_peoples_lines_are_read_too(string text, string expected) =>
        Assert.Equal(expected, string.Join(';', Csv.Lines(text).Select(line => string.Join('|', line))));
}
