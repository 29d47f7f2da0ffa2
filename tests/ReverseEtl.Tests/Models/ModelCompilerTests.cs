using ReverseEtl.Core.Models;
using ReverseEtl.Tests.Projects;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Tests.Models;

public sealed class ModelCompilerTests
{
    private static readonly DateTimeOffset AsOf = new(2026, 11, 22, 7, 37, 1, 250, TimeSpan.Zero);

    [Fact]
    public void What_a_model_reads_stands_before_it_and_lines_lead_back_to_files()
    {
        var graph = new MemoryProject().Load().Models;
        var compiled = new ModelCompiler(graph, new DuckDbDialect(), new Dictionary<string, string> { ["value"] = "500" }, AsOf)
            .Compile(graph.Find("vips")!);

        Assert.Equal("""
            with "cdp_customers" as (
            /* ---
            kind: profile
            key: customer_id
            --- */
            select customer_id, email from "shop"."customers"
            )
            , "cdp_vips" as (
            /* ---
            kind: segment
            profile: customers
            --- */
            select customer_id from "cdp_customers" where value > 500
            )
            select * from "cdp_vips"
            """, compiled.Sql);
        Assert.Equal("models/profiles/customers.sql:5:1", compiled.Locate(6)!.ToString());
        Assert.Equal("models/segments/vips.sql:5:1", compiled.Locate(13)!.ToString());
        Assert.Null(compiled.Locate(15));
    }

    [Fact]
    public void The_instant_of_the_run_is_a_literal_and_defaults_fill_in_for_variables()
    {
        var memory = new MemoryProject().With("models/segments/vips.sql", text => text + " and seen > {{ as_of }}");
        var graph = memory.Load().Models;
        var compiled = new ModelCompiler(graph, new DuckDbDialect(), new Dictionary<string, string>(), AsOf).Compile(graph.Find("vips")!);

        Assert.Contains("value > 1000 and seen > timestamptz '2026-11-22 07:37:01.250000+00'", compiled.Sql, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_quoted()
    {
        var dialect = new DuckDbDialect();
        Assert.Equal("\"a\"\"b\".\"select\"", dialect.Source("a\"b", "select"));
    }
}
