using ReverseEtl.Core.Models;
using ReverseEtl.Tests.Projects;

namespace ReverseEtl.Tests.Models;

public sealed class ModelVariantTests
{
    private const string Variant = "models/segments/vips.postgres.sql";

    [Theory]
    [InlineData("duckdb", "models/segments/vips.sql")]
    [InlineData("postgres", Variant)]
    public void A_model_has_the_SQL_for_the_projects_warehouse(string warehouse, string file)
    {
        var project = Project("{ postgres: vips.postgres.sql }");
        project[Variant] = "select customer_id from {{ ref('customers') }} where value > 7";
        project["cdp.config.json"] = $$"""
            { "project": "shop", "warehouse": {{(warehouse == "duckdb" ? """{ "type": "duckdb", "path": "x" }""" : """{ "type": "postgres", "host": "h", "database": "d", "user": "u" }""")}},
              "destinations": { "hook": { "type": "webhook", "url": "https://hook.example/in" } } }
            """;
        var model = project.Load().Models.Find("vips")!;
        Assert.Equal(("models/segments/vips.sql", file), (model.File, model.SqlFile));
        Assert.Equal(warehouse == "postgres", model.Template.Parts.OfType<TextPart>().Any(part => part.Text.Contains("value > 7", StringComparison.Ordinal)));
        Assert.Equal(["customers"], model.References);
    }

    [Fact]
    public void What_is_wrong_with_a_variant_is_told_whatever_the_warehouse()
    {
        var project = Project("{ postgres: vips.postgres.sql }");
        project[Variant] = "select customer_id from {{ ref('customers') }} where {% if %}";
        Assert.Contains($"{Variant}:1", Assert.Single(project.Problems()));
    }

    [Theory]
    [InlineData("{ postgres: gone.postgres.sql }", "there is no file models/segments/gone.postgres.sql")]
    [InlineData("{ postgres: other.sql }", "name the file vips.postgres.sql")]
    [InlineData("{ postgress: vips.postgres.sql }", "there is no warehouse of type \"postgress\"; did you mean \"postgres\"?")]
    public void A_header_names_a_file_beside_the_model(string dialects, string problem)
    {
        var project = Project(dialects);
        if (dialects.Contains("vips", StringComparison.Ordinal))
            project[Variant] = "select 1 as customer_id";
        Assert.Contains(project.Problems(), found => found.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void A_variant_that_no_header_names_is_a_mistake()
    {
        var project = new MemoryProject { [Variant] = "select 1 as customer_id" };
        Assert.StartsWith($"{Variant}: no model's header names this file under dialects", Assert.Single(project.Problems()));
    }

    private static MemoryProject Project(string dialects) =>
        new MemoryProject().With("models/segments/vips.sql", text => text.Replace("profile: customers\n", $"profile: customers\ndialects: {dialects}\n", StringComparison.Ordinal));
}
