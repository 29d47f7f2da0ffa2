using ReverseEtl.Core.Delivery;
using static ReverseEtl.IntegrationTests.Postgres.PostgresTarget;

namespace ReverseEtl.IntegrationTests.Postgres;

/// <summary>How values of every type arrive in columns of every type.</summary>
public sealed class PostgresTypesTests
{
    [Theory]
    [InlineData("text", FieldType.Text, "a\tb\\N\n\r\\.\"", "a\tb\\N\n\r\\.\"")]
    [InlineData("text", FieldType.Text, "\\.", "\\.")]
    [InlineData("text", FieldType.Decimal, "1.500", "1.500")]
    [InlineData("text", FieldType.Json, "{\"b\": 1,\"a\":2}", "{\"b\": 1,\"a\":2}")]
    [InlineData("varchar(3)", FieldType.Text, "東京Æ", "東京Æ")]
    [InlineData("numeric", FieldType.Decimal, "123456789012345678901234567890.123456789012345678901234567890", "123456789012345678901234567890.123456789012345678901234567890")]
    [InlineData("numeric", FieldType.Decimal, "-0.10", "-0.10")]
    [InlineData("numeric", FieldType.Text, "NaN", "NaN")]
    [InlineData("int", FieldType.Text, "007", "7")]
    [InlineData("int", FieldType.Decimal, "12.00", "12")]
    [InlineData("bigint", FieldType.Decimal, "9223372036854775807", "9223372036854775807")]
    [InlineData("boolean", FieldType.Text, "yes", "t")]
    [InlineData("date", FieldType.Date, "2026-11-22", "2026-11-22")]
    [InlineData("date", FieldType.Timestamp, "2026-11-22T23:59:59", "2026-11-22")]
    [InlineData("time", FieldType.Time, "07:37:00.123456", "07:37:00.123456")]
    [InlineData("timestamp", FieldType.Timestamp, "2026-11-22T07:37:00.5", "2026-11-22 07:37:00.5")]
    [InlineData("timestamptz", FieldType.TimestampTz, "2026-11-22T07:37:00Z", "2026-11-22 07:37:00+00")]
    [InlineData("timestamptz", FieldType.Timestamp, "2026-11-22T07:37:00", "2026-11-22 07:37:00+00")]
    [InlineData("timestamptz", FieldType.Text, "2026-11-22 07:37:00+02", "2026-11-22 05:37:00+00")]
    [InlineData("interval", FieldType.Interval, "1 year 2 months 3 days 04:05:06", "1 year 2 mons 3 days 04:05:06")]
    [InlineData("uuid", FieldType.Uuid, "0e37df36-f698-11e6-8dd4-cb9ced3df976", "0e37df36-f698-11e6-8dd4-cb9ced3df976")]
    [InlineData("uuid", FieldType.Text, "0E37DF36-F698-11E6-8DD4-CB9CED3DF976", "0e37df36-f698-11e6-8dd4-cb9ced3df976")]
    [InlineData("bytea", FieldType.Bytes, "AP9cCg==", "\\x00ff5c0a")]
    [InlineData("bytea", FieldType.Text, "\\x41", "\\x5c783431")]
    [InlineData("jsonb", FieldType.Json, "{\"b\": [1.50, null, \"\\u00e6\\n\"]}", "{\"b\": [1.50, null, \"æ\\n\"]}")]
    [InlineData("json", FieldType.Json, "{\"b\" : 1,  \"b\":2}", "{\"b\" : 1,  \"b\":2}")]
    [InlineData("jsonb", FieldType.Text, "{\"a\":1}", "{\"a\": 1}")]
    [InlineData("text[]", FieldType.Json, "[\"a,b\", \"say \\\"hi\\\"\", null, \"NULL\", \"\", \"\\\\\"]", "{\"a,b\",\"say \\\"hi\\\"\",NULL,\"NULL\",\"\",\"\\\\\"}")]
    [InlineData("int[]", FieldType.Json, "[[1,2],[3,4]]", "{{1,2},{3,4}}")]
    [InlineData("int[]", FieldType.Json, "[]", "{}")]
    [InlineData("int[]", FieldType.Text, "[1,2]", "{1,2}")]
    [InlineData("int[]", FieldType.Text, "{1,2}", "{1,2}")]
    [InlineData("jsonb[]", FieldType.Json, "[{\"a\": 1}]", "{\"{\\\"a\\\": 1}\"}")]
    [InlineData("mood", FieldType.Text, "fine", "fine")]
    [InlineData("mood[]", FieldType.Json, "[\"fine\"]", "{fine}")]
    [InlineData("positive", FieldType.Text, "5", "5")]
    [InlineData("inet", FieldType.Text, "10.0.0.1", "10.0.0.1")]
    [InlineData("int4range", FieldType.Text, "[1,5)", "[1,5)")]
    public async Task A_value_arrives_as_it_is(string column, FieldType type, string value, string held)
    {
        var target = await TableAsync(column);

        await target.AcceptedAsync(Upserts(Whole("id", 1, 2), Column("value", type, value, null)));

        Assert.Equal([$"1|{held}", "2|NULL"], await target.QueryAsync("SET timezone = 'UTC'; SELECT * FROM customers ORDER BY id"));
    }

    [Theory]
    [InlineData("double precision", "NaN|-Infinity|1e+300|0.1")]
    [InlineData("numeric", null)]
    public async Task Floats_keep_all_their_digits(string column, string? held)
    {
        var target = await TableAsync(column);
        double[] values = held is null ? [0.1, 1e20] : [double.NaN, double.NegativeInfinity, 1e300, 0.1];
        using var floats = new FieldColumnBuilder("value", FieldType.Float);
        floats.AppendFixed([.. values.Select(BitConverter.DoubleToInt64Bits)]);

        await target.AcceptedAsync(Upserts(Whole("id", [.. values.Select((_, i) => (long?)i)]), floats.Build()));

        Assert.Equal(held ?? "0.1|100000000000000000000", string.Join('|', await target.QueryAsync("SELECT value FROM customers ORDER BY id")));
    }

    [Theory]
    [InlineData("boolean", "t|f")]
    [InlineData("text", "true|false")]
    public async Task Booleans_are_written_as_words(string column, string held)
    {
        var target = await TableAsync(column);
        using var flags = new FieldColumnBuilder("value", FieldType.Boolean);
        flags.AppendFixed([1, 0]);

        await target.AcceptedAsync(Upserts(Whole("id", 1, 2), flags.Build()));

        Assert.Equal(held, string.Join('|', await target.QueryAsync("SELECT value FROM customers ORDER BY id")));
    }

    [Theory]
    [InlineData("int", FieldType.Text, "abc", "value must be int4, but is text 'abc'")]
    [InlineData("int", FieldType.Decimal, "1.5", "value must be int4, but is decimal '1.5'")]
    [InlineData("int", FieldType.Text, "3000000000", "value must be int4, but is text '3000000000'")]
    [InlineData("numeric", FieldType.Text, "1,5", "value must be numeric, but is text '1,5'")]
    [InlineData("uuid", FieldType.Text, "x", "value must be uuid, but is text 'x'")]
    [InlineData("jsonb", FieldType.Text, "{", "value must be jsonb, but is text '{'")]
    [InlineData("int[]", FieldType.Json, "{\"a\":1}", "value must be int4[], but is json '{\"a\":1}'")]
    [InlineData("text", FieldType.Text, "a\0b", "value has the character U+0000, which PostgreSQL cannot store: take it out in the model")]
    [InlineData("jsonb", FieldType.Json, "\"\\u0000\"", "22P05")]
    [InlineData("varchar(3)", FieldType.Text, "four", "22001")]
    [InlineData("mood", FieldType.Text, "grim", "22P02")]
    [InlineData("positive", FieldType.Integer, null, "23514")]
    [InlineData("date", FieldType.Text, "2026-13-01", "22008")]
    [InlineData("smallint", FieldType.Text, "70000", "22003")]
    public async Task A_value_that_the_column_cannot_take_is_refused_alone_and_named(string column, FieldType type, string? value, string said)
    {
        var target = await TableAsync(column);
        await using var destination = target.OpenDriven();
        var values = value is null ? Whole("value", null, -1, null) : Column("value", type, null, value, null);

        var report = await SendAsync(destination, Upserts(Whole("id", 1, 2, 3), values));

        Assert.Equal([OutcomeKind.Accepted, OutcomeKind.Rejected, OutcomeKind.Accepted], Enumerable.Range(0, 3).Select(row => report[row].Kind));
        Assert.Contains(said, $"{report[1].Code} {report[1].Message}");
        Assert.Contains("value", report[1].Message);
        Assert.Equal(["1", "3"], await target.QueryAsync("SELECT id FROM customers ORDER BY id"));
    }

    private static async Task<PostgresTarget> TableAsync(string column)
    {
        var target = await CreateAsync($"CREATE TYPE mood AS ENUM ('fine', 'bad'); CREATE DOMAIN positive AS int CHECK (value > 0); CREATE TABLE customers (id int PRIMARY KEY, value {column})");
        target.Fields = ["id", "value"];
        return target;
    }
}
