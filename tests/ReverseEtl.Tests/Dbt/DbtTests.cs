using System.Security.Cryptography;
using System.Text;
using ReverseEtl.Core.Models;
using ReverseEtl.Tests.Projects;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Tests.Dbt;

/// <summary>dbt's models and sources in a project.</summary>
public sealed class DbtTests
{
    private const string OrdersSql = "select * from {{ source('raw', 'orders') }}";

    private readonly MemoryProject _project = new();

    public DbtTests()
    {
        _project.With("cdp.config.json", json => json.Replace("\"destinations\"", "\"dbt\": { \"manifest\": \"dbt/target/manifest.json\" }, \"destinations\"", StringComparison.Ordinal));
        _project["dbt/target/manifest.json"] = Manifest();
        Read("select customer_id, email from {{ ref('fct_orders') }}");
    }

    [Theory]
    [InlineData("{{ ref('fct_orders') }}", "\"gold\".\"orders\"")]
    [InlineData("{{ ref('shop', 'fct_orders') }}", "\"gold\".\"orders\"")]
    [InlineData("{{ ref('countries') }}", "\"silver\".\"countries\"")]
    [InlineData("{{ ref('dim_customers') }}", "\"gold\".\"dim_customers_v2\"")]
    [InlineData("{{ ref('dim_customers', v=1) }}", "\"gold\".\"dim_customers_v1\"")]
    [InlineData("{{ ref('dim_customers', version='2') }}", "\"gold\".\"dim_customers_v2\"")]
    [InlineData("{{ source('raw', 'orders') }}", "\"bronze\".\"RAW_ORDERS\"")]
    [InlineData("{{ source('main', 'orders') }}", "\"main\".\"orders\"")]
    public void A_reference_is_the_relation_that_dbt_made(string reference, string sql)
    {
        Read($"select customer_id, email from {reference}");

        Assert.Contains($"from {sql}", Compile(new DuckDbDialect()), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_warehouse_is_asked_in_dbts_own_words() =>
        Assert.Contains("from shop_db.gold.orders", Compile(new PlainDialect()), StringComparison.Ordinal);

    [Fact]
    public void A_model_of_the_project_comes_before_one_of_dbt()
    {
        _project["models/tables/fct_orders.sql"] = "/* ---\nkind: table\nkey: customer_id\n--- */\nselect 1 as customer_id, 'a' as email";

        Assert.Contains("from \"cdp_fct_orders\"", Compile(new DuckDbDialect()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ ref('fct_order') }}", "there is no model named \"fct_order\"; did you mean \"fct_orders\"?")]
    [InlineData("{{ ref('int_payments') }}", "int_payments is ephemeral in dbt, so the warehouse has no table of it")]
    [InlineData("{{ ref('old_orders') }}", "old_orders is switched off in dbt")]
    [InlineData("{{ ref('elsewhere', 'fct_orders') }}", "dbt has no fct_orders in a package elsewhere; it has: shop")]
    [InlineData("{{ ref('dim_customers', v=7) }}", "dbt has no dim_customers of version 7; it has: shop version 1, shop version 2")]
    [InlineData("{{ source('raw', 'order') }}", "the dbt source raw has no table \"order\"; did you mean \"orders\"?")]
    public void What_dbt_has_not_is_said_at_its_place(string reference, string message)
    {
        Read($"select customer_id, email from {reference}");

        Assert.StartsWith($"models/profiles/customers.sql:5:32: {message}", Assert.Single(_project.Problems()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_of_other_files_is_stale()
    {
        _project["dbt/dbt_project.yml"] = "name: shop";
        _project["dbt/models/gold/fct_orders.sql"] = $"\r\n{OrdersSql}\r\n";
        _project.Load();

        _project["dbt/models/gold/fct_orders.sql"] = $"{OrdersSql} where true";
        Assert.Contains("dbt's models/gold/fct_orders.sql was changed after that, so dbt/target/manifest.json is stale: run dbt build", Assert.Single(_project.Problems()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_may_be_too_old()
    {
        _project.With("cdp.config.json", json => json.Replace("manifest.json\" }", "manifest.json\", \"maxAge\": \"7d\" }", StringComparison.Ordinal));

        Assert.Contains("dbt.manifest): dbt/target/manifest.json is stale: dbt wrote it at 2020-01-02 03:04:05Z, and maxAge allows 168 hours", Assert.Single(_project.Problems()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "there is no dbt/target/manifest.json; run dbt build")]
    [InlineData("", "is no JSON (line 1)")]
    [InlineData("{\"nodes\": {}, ", "is no JSON")]
    [InlineData("{\"nodes\": {}}", "is no manifest of dbt")]
    [InlineData("{\"metadata\": {\"dbt_schema_version\": \"https://schemas.getdbt.com/dbt/manifest/v9.json\"}}", "is written in v9.json, and only v12 is read")]
    public void A_manifest_that_cannot_be_used_is_one_clear_error(string? text, string message)
    {
        if (text is null)
            _project.Remove("dbt/target/manifest.json");
        else
            _project["dbt/target/manifest.json"] = text;

        Assert.Contains(_project.Problems(), problem => problem.Contains(message, StringComparison.Ordinal) && problem.StartsWith("cdp.config.json", StringComparison.Ordinal));
    }

    [Fact]
    public void Descriptions_and_columns_come_along()
    {
        var models = _project.Load().Models;

        var (at, relation) = Assert.Single(models.RelationsOf(models.Find("customers")!));
        Assert.Equal(("fct_orders", "dbt model", "One row per order"), (relation.Name, relation.Kind, relation.Description));
        Assert.Equal(("order_id", "Its number"), Assert.Single(relation.Columns));
        Assert.Equal(5, at.At.Line);
    }

    [Fact]
    public void A_manifest_that_dbt_wrote_is_read()
    {
        var path = Path.Combine(Repository.Root, "..", "shared", "data", "dbt", "manifest.json");
        Assert.SkipUnless(File.Exists(path), $"there is no manifest at {path}");
        _project["dbt/target/manifest.json"] = File.ReadAllText(path);
        Read("select c.customer_id, c.email from {{ ref('stg_customers') }} c join {{ ref('customer_profit') }} using (customer_id) join {{ source('shopverse_raw', 'bronze_orders') }} using (customer_id) join {{ ref('snapshot_customers') }} using (customer_id) join {{ ref('country') }} using (country)");

        var sql = Compile(new PlainDialect());
        foreach (var relation in new[] { "shopverse_analytics.stg.stg_customers", "shopverse_analytics.gold.customer_profit", "SHOPVERSE_ANALYTICS.BRONZE.bronze_orders", "shopverse_analytics.snapshots.snapshot_customers", "shopverse_analytics.silver.country" })
            Assert.Contains(relation, sql, StringComparison.Ordinal);
        var models = _project.Load().Models;
        Assert.Contains(models.RelationsOf(models.Find("customers")!), read => read.Relation.Columns.Any(column => column.Name == "customer_id"));

        Read("select customer_id, email from {{ ref('int_order_payments') }}");
        Assert.Contains("int_order_payments is ephemeral in dbt", Assert.Single(_project.Problems()), StringComparison.Ordinal);
    }

    private void Read(string sql) => _project["models/profiles/customers.sql"] = $"/* ---\nkind: profile\nkey: customer_id\n--- */\n{sql}";

    private string Compile(ISqlDialect dialect)
    {
        var project = _project.Load();
        return new ModelCompiler(project.Models, dialect, new Dictionary<string, string>(), DateTimeOffset.UnixEpoch).Compile(project.Models.Find("customers")!).Sql;
    }

    private static string Manifest() => $$"""
        {
          "metadata": { "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "dbt_version": "1.10.3", "generated_at": "2020-01-02T03:04:05.678901Z", "project_name": "shop" },
          "nodes": {
            "model.shop.fct_orders": { "name": "fct_orders", "resource_type": "model", "package_name": "shop", "database": "shop_db", "schema": "gold", "alias": "orders",
              "relation_name": "shop_db.gold.orders", "description": "One row per order", "original_file_path": "models\\gold\\fct_orders.sql",
              "checksum": { "name": "sha256", "checksum": "{{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(OrdersSql)))}}" },
              "columns": { "order_id": { "name": "order_id", "description": "Its number", "meta": {} } }, "config": { "materialized": "table", "meta": {} }, "version": null, "latest_version": null },
            "model.shop.dim_customers.v1": { "name": "dim_customers", "resource_type": "model", "package_name": "shop", "schema": "gold", "alias": "dim_customers_v1", "relation_name": "shop_db.gold.dim_customers_v1", "version": 1, "latest_version": 2 },
            "model.shop.dim_customers.v2": { "name": "dim_customers", "resource_type": "model", "package_name": "shop", "schema": "gold", "alias": "dim_customers_v2", "relation_name": "shop_db.gold.dim_customers_v2", "version": "2", "latest_version": 2 },
            "model.shop.int_payments": { "name": "int_payments", "resource_type": "model", "package_name": "shop", "schema": "silver", "alias": "int_payments", "relation_name": null, "config": { "materialized": "ephemeral" } },
            "seed.shop.countries": { "name": "countries", "resource_type": "seed", "package_name": "shop", "schema": "silver", "alias": "countries", "relation_name": "shop_db.silver.countries" },
            "test.shop.fct_orders": { "name": "fct_orders", "resource_type": "test", "package_name": "shop", "schema": "audit", "alias": "t", "relation_name": null }
          },
          "sources": { "source.shop.raw.orders": { "source_name": "raw", "name": "orders", "identifier": "RAW_ORDERS", "schema": "bronze", "relation_name": "shop_db.bronze.RAW_ORDERS" } },
          "disabled": { "model.shop.old_orders": [ { "name": "old_orders", "resource_type": "model", "package_name": "shop" } ] },
          "macros": { "m": { "anything": [1, 2, 3] } }
        }
        """;

    private sealed class PlainDialect : ISqlDialect
    {
        public string Type => "plain";

        public string Quote(string name) => name;

        public string Source(string schema, string table) => $"{schema}.{table}";

        public string Instant(DateTimeOffset instant) => "now";
    }
}
