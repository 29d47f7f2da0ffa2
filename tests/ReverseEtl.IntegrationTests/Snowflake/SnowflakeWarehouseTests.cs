using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;
using ReverseEtl.Warehouses.Snowflake;

namespace ReverseEtl.IntegrationTests.Snowflake;

/// <summary>Snowflake as the warehouse of a project.</summary>
public sealed class SnowflakeWarehouseTests
{
    private static readonly PreviewOptions All = new(100, null, ["id"]);

    private static CancellationToken Cancellation => SnowflakeAccount.Cancellation;

    [Fact]
    public async Task A_model_is_described_without_being_run()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        await account.RunAsync("create table orders (id int, customer varchar, total number(10,2), small number(18,0), seen timestamp_tz, tags variant)");
        await using var warehouse = account.Open();

        var columns = await warehouse.DescribeAsync(new SnowflakeModels(("orders", "select * from {{ source('public', 'orders') }} where seen < {{ as_of }}")).Compile(), Cancellation);

        Assert.Equal(
            [
                new("id", "NUMBER(38,0)", FieldType.Decimal), new("customer", "VARCHAR", FieldType.Text), new("total", "NUMBER(10,2)", FieldType.Decimal),
                new("small", "NUMBER(18,0)", FieldType.Integer), new("seen", "TIMESTAMP_TZ(9)", FieldType.TimestampTz), new("tags", "VARIANT", FieldType.Json),
            ],
            columns);
        Assert.Equal(2, account.Emulator.Executions.Count);
    }

    [Fact]
    public async Task A_preview_takes_two_statements()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        await account.RunAsync("create table t (id int, name varchar)");
        await account.RunAsync("insert into t select seq4(), 'n' || seq4() from table(generator(rowcount => 25))");
        await using var warehouse = account.Open();
        var query = new SnowflakeModels(("t", "select * from {{ source('public', 't') }}")).Compile();

        var preview = await warehouse.PreviewAsync(query, new PreviewOptions(3, "id >= 5", ["id"]), Cancellation);

        Assert.Equal((20L, 3), (preview.Count, preview.Rows));
        Assert.Equal(["5", "6", "7"], Enumerable.Range(0, 3).Select(row => preview.Columns[0].Text(row)));
        Assert.Equal(4, account.Emulator.Executions.Count);
        Assert.Equal((25L, 0), await CountAsync(new PreviewOptions(0, null, [])));
        Assert.Equal((0L, 0), await CountAsync(new PreviewOptions(3, "false", [])));

        async Task<(long, int)> CountAsync(PreviewOptions options)
        {
            var counted = await warehouse.PreviewAsync(query, options, Cancellation);
            return (counted.Count, counted.Rows);
        }
    }

    [Fact]
    public async Task Names_of_any_kind_come_back_as_the_project_writes_them()
    {
        string[] names = ["id", "select", "Mixed", "with blank", "æøå", "Quo\"te", "a.b", "semi;colon", "it's", "\"lower\"", "x$1", "_u", "1st", "-- no comment", "/*", "\\", "{{", "UPPER-CASE", "🙂"];
        await using var account = await SnowflakeAccount.StartAsync();
        await using var warehouse = account.Open();
        var dialect = new SnowflakeDialect();
        var select = string.Join(", ", names.Select((name, i) => $"{i} as {dialect.Quote(name)}")).Replace("{{", "{ {", StringComparison.Ordinal);
        string[] expected = [.. names.Select(name => name.Replace("{{", "{ {", StringComparison.Ordinal))];
        var query = new SnowflakeModels(("odd", $"select {select}")).Compile();

        var columns = await warehouse.DescribeAsync(query, Cancellation);
        var preview = await warehouse.PreviewAsync(query, new PreviewOptions(1, $"{dialect.Quote("Mixed")} = 2", [.. expected]), Cancellation);

        Assert.Equal(expected, columns.Select(column => column.Name));
        Assert.Equal(Enumerable.Range(0, names.Length).Select(i => $"{i}"), preview.Columns.Select(column => column.Text(0)));
    }

    [Fact]
    public void Names_in_lower_case_are_those_that_SQL_has_without_quotes()
    {
        var dialect = new SnowflakeDialect();
        Assert.Equal("\"SHOP\".\"ORDERS\"", dialect.Source("shop", "orders"));
        Assert.Equal("\"Shop\".\"my orders\"", dialect.Source("Shop", "my orders"));
        Assert.Equal("\"id\"", dialect.Quote("\"id\""));
        Assert.Equal("\"a\"\"b\"", dialect.Quote("a\"b"));
        Assert.Equal("'it''s \\\\ '", SnowflakeDialect.Text("it's \\ "));
        Assert.All(["id", "Id", "\"id\"", "\"\"\"x\"\"\"", "a b", "ÆØ", "æ", "\"", "\"\""], name => Assert.Equal(name, SnowflakeDialect.InProject(SnowflakeDialect.InSnowflake(name))));
    }

    [Fact]
    public async Task Values_have_the_text_that_they_have_in_DuckDB()
    {
        (string Type, string Snowflake, string DuckDb)[] values =
        [
            ("boolean", "true", "true"),
            ("number(18,0)", "-7::number(18,0)", "-7"),
            ("hugeint", "12345678901234567890123456789012345678::number(38,0)", "12345678901234567890123456789012345678"),
            ("decimal(10,2)", "12.5::number(10,2)", "12.5"),
            ("decimal(2,2)", "-0.25::number(2,2)", "-0.25"),
            ("double", "0.1::float", "0.1"),
            ("double", "'nan'::float", "'nan'"),
            ("double", "'-inf'::float", "'-inf'"),
            ("varchar", "'it''s æ'", "'it''s æ'"),
            ("varchar", "''", "''"),
            ("date", "'0042-02-28'::date", "'0042-02-28'"),
            ("date", "'9999-12-31'::date", "'9999-12-31'"),
            ("time", "'07:37:00'::time", "'07:37:00'"),
            ("time", "'10:20:30.1002'::time", "'10:20:30.1002'"),
            ("timestamp", "'2026-11-22 00:00:00'::timestamp_ntz", "'2026-11-22 00:00:00'"),
            ("timestamp", "'1969-12-31 23:59:59.5'::timestamp_ntz", "'1969-12-31 23:59:59.5'"),
            ("timestamp_ns", "'2026-11-22 07:37:01.123456789'::timestamp_ntz(9)", "'2026-11-22 07:37:01.123456789'"),
            ("timestamptz", "'2026-11-22 09:37:01.25 +02:00'::timestamp_tz", "'2026-11-22 09:37:01.25+02'"),
            ("timestamptz", "'2026-07-01 00:00:00'::timestamp_ltz", "'2026-07-01 00:00:00+00'"),
            ("blob", "to_binary('00ff10', 'hex')", "'\\x00\\xFF\\x10'"),
            ("json", "parse_json('{\"a\": [1, null, \"æ\"]}')", "'{\"a\":[1,null,\"æ\"]}'"),
            ("integer[]", "array_construct(1, 2)", "[1, 2]"),
            ("varchar", "null::varchar", "null"),
        ];
        await using var account = await SnowflakeAccount.StartAsync();
        await using var warehouse = account.Open();
        var query = new SnowflakeModels(("v", $"select 1 as id, {string.Join(", ", values.Select((value, i) => $"{value.Snowflake} as c{i}"))}")).Compile();
        using var folder = new Tests.TemporaryFolder();

        var preview = await warehouse.PreviewAsync(query, All, Cancellation);
        var expected = DuckDbTexts(values.Select((value, i) => $"{value.DuckDb}::{value.Type.Replace("number", "decimal", StringComparison.Ordinal)} as c{i}"));

        Assert.Equal(expected, preview.Columns.Skip(1).Select(column => column.Text(0)));
    }

    [Fact]
    public async Task What_the_warehouse_refuses_is_named_with_the_models_file_and_line()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        await using var warehouse = account.Open();
        var models = new SnowflakeModels(("base", "select 1 as id,\n  2 as total"), ("vips", "select id\nfrom {{ ref('base') }}\nwhere totl > 1"));

        var name = await Assert.ThrowsAsync<ProjectException>(() => warehouse.DescribeAsync(models.Compile(), Cancellation));
        Assert.StartsWith("models/vips.sql:7:7: the warehouse refuses the SQL: SQL compilation error: error line", name.Message, StringComparison.Ordinal);
        Assert.Contains("invalid identifier 'TOTL' (000904), query ", name.Message, StringComparison.Ordinal);

        var syntax = await Assert.ThrowsAsync<ProjectException>(() => warehouse.DescribeAsync(new SnowflakeModels(("t", "select 1 as id,\n  from from x")).Compile(), Cancellation));
        Assert.StartsWith("models/t.sql:6:", syntax.Message, StringComparison.Ordinal);

        var table = await Assert.ThrowsAsync<ProjectException>(() => warehouse.DescribeAsync(new SnowflakeModels(("t", "select * from {{ source('public', 'nowhere') }}")).Compile(), Cancellation));
        Assert.StartsWith("models/t.sql: the warehouse refuses the SQL: SQL compilation error: Object 'NOWHERE' does not exist or not authorized (002003)", table.Message, StringComparison.Ordinal);

        var where = await Assert.ThrowsAsync<ProjectException>(() => warehouse.PreviewAsync(new SnowflakeModels(("t", "select 1 as id")).Compile(), new PreviewOptions(1, "idd = 1", []), Cancellation));
        Assert.StartsWith("--where: the warehouse refuses the condition: ", where.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_account_has_not_is_no_fault_of_the_model()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        foreach (var with in new Func<SnowflakeWarehouseOptions, SnowflakeWarehouseOptions>[] { options => options with { Database = "shop" }, options => options with { Schema = "NOWHERE" }, options => options with { Role = "ACCOUNTADMIN" } })
        {
            await using var warehouse = account.Open(with);
            var error = await Assert.ThrowsAsync<WarehouseException>(() => warehouse.DescribeAsync(new SnowflakeModels(("t", "select 1 as id")).Compile(), Cancellation));
            Assert.StartsWith("Snowflake: ", error.Message, StringComparison.Ordinal);
            Assert.Contains("Correct ", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Options_are_read_from_the_project()
    {
        var project = new SnowflakeModels(("t", "select 1 as id"))
        {
            Warehouse = """
                {"type":"snowflake","account":"org-shop","user":"u","role":"R","warehouse":"W","database":"D","schema":"S","privateKeyFile":"k","passphrase":"p","baseUrl":"https://x.example","statementTimeout":"10m","planner":"local"}
                """,
        }.Load();
        var options = Assert.IsType<SnowflakeWarehouseOptions>(project.Config.Warehouse);

        Assert.Equal((TimeSpan.FromMinutes(10), ReverseEtl.Warehouses.PlannerPlace.Local, "***"), (options.StatementTimeout, options.Planner, $"{options.Passphrase}"));
    }

    private static IReadOnlyList<string?> DuckDbTexts(IEnumerable<string> columns)
    {
        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        using var zone = new DuckDBCommand("set timezone = 'UTC'", connection);
        zone.ExecuteNonQuery();
        var select = $"select {string.Join(", ", columns)}";
        using var described = new DuckDBCommand(select, connection);
        using var reader = described.ExecuteColumns();
        var infos = reader.Columns.Select(column => new ColumnInfo(column.Name, column.Type.ToString(), DuckDbTypes.FieldTypeOf(column.Type))).ToList();
        reader.Dispose();
        using var command = new DuckDBCommand($"select {string.Join(", ", infos.Select(info => DuckDbTypes.Canonical(info.Name, info)))} from ({select})", connection);
        using var texts = command.ExecuteReader();
        texts.Read();
        return [.. infos.Select((info, i) => texts.IsDBNull(i) ? null : Text(info.Type, texts, i))];
    }

    // As a field column shows it.
    private static string? Text(FieldType type, DuckDBDataReader reader, int ordinal)
    {
        using var builder = new FieldColumnBuilder("c", type);
        if (type is FieldType.Boolean)
            builder.AppendFixed(reader.GetBoolean(ordinal) ? 1 : 0);
        else if (type is FieldType.Integer)
            builder.AppendFixed(reader.GetInt64(ordinal));
        else if (type is FieldType.Float)
            builder.AppendFixed(BitConverter.DoubleToInt64Bits(reader.GetDouble(ordinal)));
        else
            builder.AppendText(reader.GetString(ordinal));
        using var column = builder.Build();
        return column.Text(0);
    }
}
