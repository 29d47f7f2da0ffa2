using ReverseEtl.Connectors.Files;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Tests.Files;

/// <summary>Values arrive exactly, in each format.</summary>
public sealed class FileFormatTests
{
    private const string Digits38 = "12345678901234567890123456789012345.678";

    // All that trips writers: quotes, separators, line breaks, controls, supplementary planes, look-alikes of NULL.
    private static readonly string?[] Texts =
    [
        "", " ", null, "null", "NULL", "NaN", "a,b", "say \"hi\"", "\"", "back\\slash", "line\nbreak", "cr\rlf\r\n", "tab\t", "\u0001\u001f\u007f", "Ærø, 東京, Ψ",
        "😀👩‍👩‍👧", "\u2028\u2029\ue000", "<script>&'+", "=1+1", "#c", "1.0", "{\"a\":1}", new('x', 5000), "ünï\"cödé,\n😀",
    ];

    private static readonly string[] Keys = [.. Texts.Select((_, i) => $"{i:000}")];

    [Fact]
    public async Task Jsonl_is_byte_for_byte_what_json_needs_and_no_more()
    {
        using var target = new FileTarget(SyncMode.Upsert) { Fields = ["b", "i", "f", "d", "t", "when", "j"] };
        await target.RunAsync("run-1", Batches.Upsert("b1", ["1", "2", "3"],
            Batches.Typed("b", FieldType.Boolean, true, false, null),
            Batches.Integer("i", long.MinValue, 0, null),
            Batches.Typed("f", FieldType.Float, 0.1, double.NaN, double.NegativeInfinity),
            Batches.Typed("d", FieldType.Decimal, "12.50", Digits38, "NaN"),
            Batches.Text("t", "Ærø 😀 \u2028<&'", "q\"b\\n\nt\tu\u0001", null),
            Batches.Typed("when", FieldType.TimestampTz, "2026-11-22T07:37:00Z", "infinity", null),
            Batches.Typed("j", FieldType.Json, "{\"a\": [1.10, \"\\u00e6\"]}", "{\r\n  \"b\": null\n}", null)));
        Assert.Equal(
            "{\"b\":true,\"i\":-9223372036854775808,\"f\":0.1,\"d\":12.50,\"t\":\"Ærø 😀 \u2028<&'\",\"when\":\"2026-11-22T07:37:00Z\",\"j\":{\"a\": [1.10, \"\\u00e6\"]}}\n"
            + $"{{\"b\":false,\"i\":0,\"f\":\"NaN\",\"d\":{Digits38},\"t\":\"q\\\"b\\\\n\\nt\\tu\\u0001\",\"when\":\"infinity\",\"j\":{{    \"b\": null }}}}\n"
            + "{\"b\":null,\"i\":null,\"f\":\"-Infinity\",\"d\":\"NaN\",\"t\":null,\"when\":null,\"j\":null}\n",
            target.Read());
        Assert.Equal((byte)'{', (await File.ReadAllBytesAsync(target.File, FileTarget.Stop))[0]);
    }

    [Fact]
    public async Task Csv_is_byte_for_byte_rfc_4180()
    {
        using var target = new FileTarget(SyncMode.Upsert, FileFormat.Csv) { Fields = ["b", "n,m", "d", "t", "f"] };
        await target.RunAsync("run-1", Batches.Upsert("b1", ["1", "2", "3", "4"],
            Batches.Typed("b", FieldType.Boolean, true, false, null, null),
            Batches.Integer("n,m", 7, -7, null, null),
            Batches.Typed("d", FieldType.Decimal, "12.50", Digits38, "1e5", null),
            Batches.Text("t", "say \"hi\"", "", "a,b\nc", null),
            Batches.Typed("f", FieldType.Float, 0.1, double.NaN, double.PositiveInfinity, double.NegativeInfinity)));
        Assert.Equal(
            "b,\"n,m\",d,t,f\n"
            + "true,7,12.50,\"say \"\"hi\"\"\",0.1\n"
            + $"false,-7,{Digits38},\"\",NaN\n"
            + ",,1e5,\"a,b\nc\",Infinity\n"
            + ",,,,-Infinity\n",
            target.Read());
    }

    [Theory]
    [InlineData(FileFormat.Jsonl, "read_json('{0}', format = 'newline_delimited', columns = {{n: 'BIGINT', t: 'VARCHAR'}})")]
    [InlineData(FileFormat.Csv, "read_csv('{0}', header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, columns = {{n: 'BIGINT', t: 'VARCHAR'}})")]
    [InlineData(FileFormat.Parquet, "read_parquet('{0}')")]
    public async Task Any_text_comes_back_as_it_was(FileFormat format, string source)
    {
        using var target = new FileTarget(SyncMode.Upsert, format) { Fields = ["n", "t"] };
        await target.RunAsync("run-1", Batches.Upsert("b1", Keys,
            Batches.Integer("n", [.. Keys.Select((_, i) => (long?)i)]), Batches.Text("t", Texts)));
        var from = string.Format(System.Globalization.CultureInfo.InvariantCulture, source, target.File);
        var read = FileTarget.Query($"SELECT t FROM {from} ORDER BY n");
        Assert.Equal(Texts.Select(text => text ?? "NULL"), read);
        // "NULL" is one of the texts: the real one is told by its place.
        Assert.Equal([$"{Array.IndexOf(Texts, null)}"], FileTarget.Query($"SELECT n FROM {from} WHERE t IS NULL"));
    }

    [Fact]
    public async Task Parquet_has_the_logical_types()
    {
        using var target = new FileTarget(SyncMode.Upsert, FileFormat.Parquet) { Fields = ["b", "i", "f", "d", "t", "day", "time", "at", "tz", "iv", "u", "x", "j"] };
        await target.RunAsync("run-1", Batches.Upsert("b1", ["1", "2"],
            Batches.Typed("b", FieldType.Boolean, true, null), Batches.Integer("i", 7, null), Batches.Typed("f", FieldType.Float, double.NaN, null),
            Batches.Typed("d", FieldType.Decimal, Digits38, "-1"), Batches.Text("t", "Ærø", null), Batches.Typed("day", FieldType.Date, "2026-11-22", null),
            Batches.Typed("time", FieldType.Time, "07:37:00.5", null), Batches.Typed("at", FieldType.Timestamp, "2026-11-22T07:37:00.123456", null),
            Batches.Typed("tz", FieldType.TimestampTz, "2026-11-22T07:37:00Z", null), Batches.Typed("iv", FieldType.Interval, "1 day", null),
            Batches.Typed("u", FieldType.Uuid, "0193538c-0000-7000-8000-00000000abcd", null), Batches.Typed("x", FieldType.Bytes, "AAEC/w==", null),
            Batches.Typed("j", FieldType.Json, "{\"a\": 1.10}", null)));
        Assert.Equal(
            ["BOOLEAN", "BIGINT", "DOUBLE", "DECIMAL(38,3)", "VARCHAR", "DATE", "TIME", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "VARCHAR", "UUID", "BLOB", "JSON"],
            FileTarget.Query($"SELECT column_type FROM (DESCRIBE FROM read_parquet('{target.File}'))"));
        Assert.Equal(
            [
                $"true|7|true|{Digits38}|Ærø|2026-11-22|07:37:00.5|2026-11-22 07:37:00.123456|1795333020|1 day|0193538c-0000-7000-8000-00000000abcd|000102FF|{{\"a\": 1.10}}",
                "NULL|NULL|NULL|-1.000|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL",
            ],
            FileTarget.Query($"""
                SELECT b::VARCHAR, i::VARCHAR, isnan(f)::VARCHAR, d::VARCHAR, t, "day"::VARCHAR, "time"::VARCHAR, "at"::VARCHAR, epoch(tz)::BIGINT::VARCHAR, iv, u::VARCHAR, hex(x), j::VARCHAR
                FROM read_parquet('{target.File}') ORDER BY i
                """));
    }

    [Theory]
    [InlineData(FieldType.Decimal, "1234567890123456789012345678901234567890", "1.5")]
    [InlineData(FieldType.Decimal, "1234567890123456789012345678901234567", "0.12")]
    [InlineData(FieldType.Decimal, "NaN", "1.5")]
    [InlineData(FieldType.Date, "infinity", "2026-11-22")]
    [InlineData(FieldType.Time, "24:00:00", "07:37:00")]
    [InlineData(FieldType.Timestamp, "2026-11-22T07:37:00.123456789", "2026-11-22T07:37:00")]
    [InlineData(FieldType.Timestamp, "-infinity", "2026-11-22T07:37:00")]
    [InlineData(FieldType.TimestampTz, "infinity", "2026-11-22T07:37:00Z")]
    [InlineData(FieldType.Uuid, "no uuid", "0193538c-0000-7000-8000-00000000abcd")]
    [InlineData(FieldType.Bytes, "?", "AAEC/w==")]
    [InlineData(FieldType.Json, "{", "{}")]
    public async Task Parquet_keeps_as_text_what_a_logical_type_cannot_hold(FieldType type, string odd, string plain)
    {
        using var target = new FileTarget(SyncMode.Upsert, FileFormat.Parquet);
        await target.RunAsync("run-1", Batches.Upsert("b1", ["1", "2", "3"], Batches.Typed("name", type, odd, plain, null)));
        Assert.Equal([$"VARCHAR|{odd}", $"VARCHAR|{plain}", "VARCHAR|NULL"], FileTarget.Query($"SELECT typeof(name), name FROM read_parquet('{target.File}')"));
        // Without the odd one the type is back.
        await target.RunAsync("run-2", Batches.Upsert("b2", ["1"], Batches.Typed("name", type, [null])));
        Assert.DoesNotContain("VARCHAR", FileTarget.Query($"SELECT typeof(name) FROM read_parquet('{target.File}')"));
    }

    [Fact]
    public async Task Parquet_takes_names_with_quotes_and_spaces()
    {
        using var target = new FileTarget(SyncMode.Upsert, FileFormat.Parquet) { Fields = ["First \"name\"", "order", "key"] };
        await target.RunAsync("run-1", Batches.Upsert("b1", ["2", "1"], [.. target.Fields.Select(field => Batches.Text(field, "two", "one"))]));
        Assert.Equal(["one|one|one", "two|two|two"], FileTarget.Query($"SELECT \"First \"\"name\"\"\", \"order\", key FROM read_parquet('{target.File}')"));
    }

    [Fact]
    public async Task Many_chunks_keep_their_rows_together()
    {
        using var target = new FileTarget(SyncMode.Upsert) { Fields = ["n", "t"] };
        var keys = Enumerable.Range(0, 10_000).Select(i => $"{i:00000}").ToArray();
        await target.RunAsync("run-1", Batches.Upsert("b1", keys,
            Batches.Integer("n", [.. keys.Select((_, i) => i % 7 == 0 ? null : (long?)i)]), Batches.Text("t", [.. keys.Select((_, i) => i % 5 == 0 ? null : $"text no. {i}")])));
        var expected = keys.Select((_, i) => $"{{\"n\":{(i % 7 == 0 ? "null" : i)},\"t\":{(i % 5 == 0 ? "null" : $"\"text no. {i}\"")}}}");
        Assert.Equal(expected, await File.ReadAllLinesAsync(target.File, FileTarget.Stop));
    }
}
