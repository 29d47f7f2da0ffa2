using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;
using ReverseEtl.Tests.Projects;
using ReverseEtl.Warehouses.DuckDb;
using ReverseEtl.Warehouses.Sampling;

namespace ReverseEtl.Tests.Sampling;

/// <summary>Local previews: masks, and a model on a sample.</summary>
public sealed class LocalSampleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MemoryProject _project = new();

    [Theory]
    [InlineData("email", "ann@example.com")]
    [InlineData("PHONE_NUMBER", "+45 12 34 56 78")]
    [InlineData("first_name", "Ann")]
    [InlineData("name", "Ann Ås")]
    [InlineData("shipping_address", "Ågade 1")]
    [InlineData("birth_date", "1980-01-01")]
    [InlineData("ip", "10.0.0.1")]
    [InlineData("referrer", "mailto:ann@example.com?x")]
    public void Personal_data_is_masked_by_its_columns_name_and_by_its_look(string column, string value)
    {
        var mask = new SampleMask();

        var shown = mask.Of(column, FieldType.Text, value);

        Assert.DoesNotContain("Ann", shown, StringComparison.OrdinalIgnoreCase);
        Assert.NotEqual(value, shown);
        Assert.Equal(shown, mask.Of(column, FieldType.Text, value));
        Assert.NotEqual(shown, new SampleMask().Of(column, FieldType.Text, value));
    }

    [Theory]
    [InlineData("country", "DK")]
    [InlineData("product_name", "Kettle")]
    [InlineData("email", "")]
    [InlineData("status", "shipped")]
    [InlineData("telemetry", "on")]
    public void The_rest_stays(string column, string value) => Assert.Equal(value, new SampleMask().Of(column, FieldType.Text, value));

    [Fact]
    public void An_address_has_one_mask_wherever_it_stands()
    {
        var mask = new SampleMask();

        Assert.Equal(mask.Of("email", FieldType.Text, "Ann@Example.com"), mask.Of("contact", FieldType.Text, "ann@example.com"));
        Assert.DoesNotContain("ann@", mask.Of("payload", FieldType.Json, """{"mail":"ann@example.com"}"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_runs_on_a_masked_sample_of_what_it_reads()
    {
        Read("select c.customer_id, c.email, sum(o.total) as total, max(o.ordered_at) as latest from {{ source('shop', 'customers') }} c join {{ source('shop', 'orders') }} o on o.email = c.email where o.ordered_at < {{ as_of }} group by all");

        using var preview = new PreviewColumns(await PreviewAsync(rows: 2));

        Assert.Equal(["customer_id", "email", "total", "latest"], preview.Names);
        Assert.Equal((2, "1", "12.5", "2026-01-02T03:04:05Z"), (preview.Count, preview.Text(0, 0), preview.Text(2, 0), preview.Text(3, 0)));
        Assert.EndsWith("@masked.invalid", preview.Text(1, 0), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_translated_is_named_with_its_line()
    {
        Read("select customer_id,\n  email email2 email3\nfrom {{ source('shop', 'customers') }}");

        var problem = Assert.Single((await Assert.ThrowsAsync<ProjectException>(() => PreviewAsync(rows: 5))).Problems);

        Assert.Equal("models/profiles/customers.sql", problem.Where.File);
        Assert.Contains("cannot be translated to DuckDB's SQL", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_DuckDB_has_not_is_said_to_be_a_translation()
    {
        Read("select customer_id, no_such_function(email) as email from {{ source('shop', 'customers') }}");

        var problem = Assert.Single((await Assert.ThrowsAsync<ProjectException>(() => PreviewAsync(rows: 5))).Problems);

        Assert.Contains("no_such_function", problem.Message, StringComparison.Ordinal);
        Assert.StartsWith("translated to DuckDB's SQL", problem.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private void Read(string sql) => _project["models/profiles/customers.sql"] = $"/* ---\nkind: profile\nkey: customer_id\n--- */\n{sql}";

    private async Task<Preview> PreviewAsync(int rows)
    {
        Assert.SkipUnless(HasNode, "there is no node in the PATH, which the translator runs in");
        using (var connection = new DuckDBConnection($"Data Source={_folder.File("warehouse.duckdb")}"))
        {
            connection.Open();
            using var command = new DuckDBCommand(
                """
                create schema shop;
                create table shop.customers as select * from (values (1, 'a@example.com'), (2, 'b@example.com'), (3, 'c@example.com')) t(customer_id, email);
                create table shop.orders as select * from (values ('a@example.com', 12.5::decimal(9, 2), timestamptz '2026-01-02 03:04:05+00'), ('b@example.com', 1, timestamptz '2026-01-01 00:00:00+00'), ('c@example.com', 1, timestamptz '2026-01-01 00:00:00+00')) t(email, total, ordered_at)
                """,
                connection);
            command.ExecuteNonQuery();
        }

        await using var warehouse = await DuckDbWarehouse.OpenAsync(new DuckDbWarehouseOptions { Type = "duckdb", Path = "warehouse.duckdb" }, _folder.FullName, _folder.File("work"), default);
        var project = _project.Load();
        var model = project.Models.Find("customers")!;
        await using var sample = await LocalSample.FetchAsync(warehouse, project.Models, Compiler(warehouse.Dialect), model, rows, default);
        return await sample.PreviewAsync(Compiler(new SampleDialect(warehouse.Dialect)).Compile(model), "duckdb", new PreviewOptions(10, null, model.Key), default);

        ModelCompiler Compiler(ISqlDialect dialect) => new(project.Models, dialect, new Dictionary<string, string>(), new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero));
    }

    private static bool HasNode => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "node")));

    private sealed class PreviewColumns(Preview preview) : IDisposable
    {
        public long Count => preview.Count;

        public IEnumerable<string> Names => preview.Columns.Select(column => column.Name);

        public string Text(int column, int row) => preview.Columns[column].Text(row)!;

        public void Dispose()
        {
            foreach (var column in preview.Columns)
                column.Dispose();
        }
    }
}
