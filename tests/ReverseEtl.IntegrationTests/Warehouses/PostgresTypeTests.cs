using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.IntegrationTests.Warehouses;

/// <summary>A value arrives byte for byte, and looks and hashes like the same value out of DuckDB.</summary>
public sealed class PostgresTypeTests
{
    /// <summary>A type of PostgreSQL, the same of DuckDB, and literals that both understand.</summary>
    public static TheoryData<string, string, string[]> Same => new()
    {
        { "boolean", "boolean", ["true", "false"] },
        { "smallint", "smallint", ["-32768", "0", "32767"] },
        { "integer", "integer", ["-2147483648", "0", "2147483647"] },
        { "bigint", "bigint", ["-9223372036854775808", "0", "9223372036854775807"] },
        { "real", "float", ["0.1", "-1.5", "3.4028235e38", "1e-45", "NaN", "Infinity", "-Infinity"] },
        { "double precision", "double", ["0.1", "0.30000000000000004", "1.7976931348623157e308", "5e-324", "NaN", "Infinity", "-Infinity"] },
        { "numeric(4,2)", "decimal(4,2)", ["0", "99.99", "-99.99", "0.01", "12.50", "-0.10"] },
        { "numeric(9,0)", "decimal(9,0)", ["0", "999999999", "-1", "10000", "120000000"] },
        { "numeric(18,5)", "decimal(18,5)", ["0", "9999999999999.99999", "-9999999999999.99999", "0.00001", "1000.1", "20000.00020"] },
        { "numeric(18,18)", "decimal(18,18)", ["0", "0.999999999999999999", "-0.000000000000000001"] },
        { "numeric(38,10)", "decimal(38,10)", ["0", "9999999999999999999999999999.9999999999", "-9999999999999999999999999999.9999999999", "0.0000000001", "100000000"] },
        { "numeric(38,38)", "decimal(38,38)", ["0.99999999999999999999999999999999999999", "0.00000000000000000000000000000000000001"] },
        { "numeric(38,0)", "decimal(38,0)", ["99999999999999999999999999999999999999", "-1", "10000000000000000000000000000000000000"] },
        { "text", "varchar", ["", " ", "plain", "twelve bytes", "thirteen bytes", "Ærøskøbing \u00a0 😀", "tab\tline\nquote'back\\slash\"", "NULL", "\\N"] },
        { "varchar(20)", "varchar", ["", "padded   "] },
        { "date", "date", ["2026-11-22", "1970-01-01", "1969-12-31", "0001-01-01", "0044-03-15 (BC)", "9999-12-31", "10000-01-01", "infinity", "-infinity"] },
        { "time", "time", ["00:00:00", "07:37:00.1", "23:59:59.999999", "24:00:00"] },
        { "timestamp", "timestamp", ["2026-11-22 07:37:00", "2026-11-22 07:37:00.120", "1969-12-31 23:59:59.999999", "0044-03-15 (BC) 12:00:00.5", "10000-01-01 00:00:00", "294246-12-31 23:59:59", "infinity", "-infinity"] },
        { "timestamptz", "timestamptz", ["2026-11-22 07:37:00+02", "2026-11-22 07:37:00.123456+00", "1883-01-01 00:00:00-12:30", "0044-03-15 (BC) 12:00:00+00", "infinity", "-infinity"] },
        { "interval", "interval", ["1 year 2 months 3 days 04:05:06.5", "-1 day", "1 day -00:00:01", "0 seconds", "-1 month 5 days", "11 months", "25:00:00", "-2 years -1 months", "1 month", "-1 years 10 days 00:00:03"] },
        { "uuid", "uuid", ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "6f9619ff-8b86-d011-b42d-00c04fc964ff"] },
    };

    /// <summary>A literal of PostgreSQL, the type that it is known by, and its text.</summary>
    public static TheoryData<string, FieldType, string> Others => new()
    {
        { "12.50::numeric", FieldType.Decimal, "12.50" },
        { "'NaN'::numeric", FieldType.Decimal, "NaN" },
        { "1e30::numeric", FieldType.Decimal, "1000000000000000000000000000000" },
        { "-0.0000000000000000000000000000000000000000001::numeric", FieldType.Decimal, "-0.0000000000000000000000000000000000000000001" },
        { "12345.67::numeric(50,2)", FieldType.Decimal, "12345.67" },
        { "'-12.50'::money", FieldType.Decimal, "-12.50" },
        { "4294967295::oid", FieldType.Integer, "4294967295" },
        { "'ab'::char(5)", FieldType.Text, "ab" },
        { "'ab'::name", FieldType.Text, "ab" },
        { "'x'::\"char\"", FieldType.Text, "x" },
        { "'Sad'::\"Mood of \"\"day\"", FieldType.Text, "Sad" },
        { "12.5::price", FieldType.Decimal, "12.50" },
        { "'{12.5,NULL}'::price[]", FieldType.Json, "[12.50,null]" },
        { "'192.168.0.1'::inet", FieldType.Text, "192.168.0.1" },
        { "'10.1.0.0/16'::inet", FieldType.Text, "10.1.0.0/16" },
        { "'10.1.0.0/16'::cidr", FieldType.Text, "10.1.0.0/16" },
        { "'08:00:2b:01:02:03'::macaddr", FieldType.Text, "08:00:2b:01:02:03" },
        { "B'1010'", FieldType.Text, "1010" },
        { "'07:37:00.5+05:30'::timetz", FieldType.Time, "07:37:00.5+05:30" },
        { "'{\"a\":  1.0, \"a\": null}'::json", FieldType.Json, "{\"a\":  1.0, \"a\": null}" },
        { "'{\"b\":1.50,\"a\":[]}'::jsonb", FieldType.Json, "{\"a\": [], \"b\": 1.50}" },
        { "array[[1,2],[3,NULL]]", FieldType.Json, "[[1,2],[3,null]]" },
        { "'{\"a,b\",NULL,\"\"}'::text[]", FieldType.Json, "[\"a,b\",null,\"\"]" },
        { "row(1, 'x')::pair", FieldType.Json, "{\"a\":1,\"b\":\"x\"}" },
        { "array[row(1, 'x')::pair]", FieldType.Json, "[{\"a\":1,\"b\":\"x\"}]" },
        { "(select o from one o)", FieldType.Json, "{\"n\":1}" },
        { "row(1, 'x')", FieldType.Json, "{\"f1\":1,\"f2\":\"x\"}" },
        { "int4range(1, 5)", FieldType.Text, "[1,5)" },
        { "'(1,2)'::point", FieldType.Text, "(1,2)" },
        { "'a b'::tsvector", FieldType.Text, "'a' 'b'" },
        { "'one'::regclass", FieldType.Text, "one" },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Else_as_text(string literal, FieldType type, string text)
    {
        var (bench, _) = await ModelBench.PostgresAsync("""
            create type "Mood of ""day" as enum ('Sad', 'glad'); create domain price as numeric(10, 2); create domain cheap as price check (value < 100);
            create type pair as (a int, b text); create table one (n int); insert into one values (1);
            """);
        await using var disposing = bench;
        bench.Sql = $"select 1 as id, v, null::int as n from (select {literal} as v) x";
        Assert.Equal(type, (await bench.DescribeAsync())[1].Type);
        Assert.Equal($"1|{text}|NULL", Assert.Single(await bench.ValuesAsync()));
        Assert.Equal($"1|{text}|NULL", Assert.Single(await bench.RowsAsync()));
        // As a key.
        (bench.Key, bench.Columns) = ("v", ["id"]);
        Assert.EndsWith("|1", Assert.Single(await bench.RowsAsync()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task Bytes_arrive_as_they_are(int count)
    {
        var (a, _) = await ModelBench.PostgresAsync();
        await using var disposing = a;
        await using var b = await ModelBench.DuckDbAsync("select 1");
        a.Sql = $"select 1 as id, decode(repeat('00ff41', {count}), 'hex') as v";
        b.Sql = $"select 1 as id, unhex(repeat('00ff41', {count})) as v";
        Assert.Equal(await b.ValuesAsync(), await a.ValuesAsync());
        Assert.Equal(await b.SavedAsync(), await a.SavedAsync());
    }

    [Theory]
    [InlineData("'NaN'::numeric(10,2)", "column v has a value, such as NaN, that is no DECIMAL(10,2)")]
    [InlineData("'294276-12-31'::timestamp", "column v has a time after 294246-12-31")]
    public async Task What_DuckDB_cannot_hold_is_refused_in_words(string literal, string message)
    {
        var (bench, _) = await ModelBench.PostgresAsync();
        await using var disposing = bench;
        bench.Sql = $"select 1 as id, {literal} as v";
        var error = await Assert.ThrowsAsync<ProjectException>(() => bench.PlanAsync());
        Assert.StartsWith(ModelBench.Path, error.Message);
        Assert.Contains(message, error.Message);
    }

    [Theory]
    [MemberData(nameof(Same))]
    public async Task Like_the_same_value_of_DuckDB(string postgres, string duckDb, string[] values)
    {
        // PostgreSQL wants BC behind everything.
        var (a, _) = await ModelBench.PostgresAsync(Table(postgres, value => value.Contains(" (BC)", StringComparison.Ordinal) ? $"{value.Replace(" (BC)", "", StringComparison.Ordinal)} BC" : value));
        await using var inPostgres = a;
        await using var b = await ModelBench.DuckDbAsync(Table(duckDb, value => value));

        Assert.Equal(await b.ValuesAsync(), await a.ValuesAsync());
        Assert.Equal(await b.RowsAsync(), await a.RowsAsync());
        // Kinds, keys, row hashes, values.
        Assert.Equal(await b.SavedAsync(), await a.SavedAsync());
        // As keys.
        (a.Key, b.Key, a.Columns, b.Columns) = ("v", "v", ["id"], ["id"]);
        Directory.Delete(Path.Combine(a.Folder, "syncs"), recursive: true);
        Directory.Delete(Path.Combine(b.Folder, "syncs"), recursive: true);
        Assert.Equal(await b.SavedAsync(), await a.SavedAsync());

        string Table(string type, Func<string, string> literal) => $"create table t as select i as id, v::{type} as v from (values "
            + $"{string.Join(", ", values.Append(null).Select((value, i) => $"({i}, {(value is null ? "null" : $"'{literal(value).Replace("'", "''", StringComparison.Ordinal)}'")})"))}) r(i, v)";
    }
}
