using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Mapping;
using ReverseEtl.Connectors.Webhook;

namespace ReverseEtl.Tests.Projects;

public sealed class ProjectLoaderTests
{
    private const string Config = "cdp.config.json";
    private const string Sync = "models/syncs/vips_to_hook.yml";
    private const string Segment = "models/segments/vips.sql";

    [Fact]
    public void A_right_project_loads()
    {
        var project = new MemoryProject().Load();

        var sync = Assert.Single(project.Syncs);
        Assert.Equal("vips", sync.Model.Name);
        Assert.Equal(["customer_id"], sync.Model.Key);
        Assert.Equal("customers", sync.Profile!.Name);
        Assert.Equal(SyncMode.Mirror, sync.File.Mode);
        Assert.Equal(["customers", "vips"], project.Models.Ordered.Select(model => model.Name));
        Assert.Empty(project.Problems);
    }

    [Fact]
    public void All_problems_are_reported_at_once_with_file_line_and_column()
    {
        var problems = new MemoryProject()
            .With(Config, text => text.Replace("\"project\": \"shop\"", "\"projekt\": \"shop\""))
            .With(Segment, text => text.Replace("ref('customers')", "ref('custommers')"))
            .With(Sync, text => text.Replace("destination: hook", "destination: hok").Replace("mode: mirror", "mode: mirorr"))
            .Problems();

        Assert.Contains("cdp.config.json:2:3 (projekt): unknown key \"projekt\"; did you mean \"project\"?", problems);
        Assert.Contains("cdp.config.json:1:1: \"project\" is missing: The project's name.", problems);
        Assert.Contains("models/segments/vips.sql:5:25: there is no model named \"custommers\"; did you mean \"customers\"?", problems);
        Assert.Contains(problems, problem => problem.StartsWith("models/syncs/vips_to_hook.yml:4:7 (mode): \"mirorr\" is none of upsert, ", StringComparison.Ordinal));
    }

    [Fact]
    public void An_unknown_destination_names_the_nearest()
    {
        var problems = new MemoryProject().With(Sync, text => text.Replace("destination: hook", "destination: hok")).Problems();

        Assert.Equal(["models/syncs/vips_to_hook.yml:3:14 (destination): there is no destination \"hok\" in cdp.config.json; did you mean \"hook\"?"], problems);
    }

    [Theory]
    [InlineData("{ \"project\": ", "not valid JSON")]
    [InlineData("[]", "one JSON object")]
    [InlineData("{ \"project\": \"a\", \"project\": \"b\" }", "stands here twice")]
    public void Broken_json_is_one_problem(string text, string expected)
    {
        var project = new MemoryProject { [Config] = text };

        Assert.Contains(expected, Assert.Single(project.Problems()), StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_yaml_tells_its_line()
    {
        var problems = new MemoryProject().With(Sync, text => text.Replace("map:", "map: [")).Problems();

        Assert.StartsWith("models/syncs/vips_to_hook.yml:", Assert.Single(problems), StringComparison.Ordinal);
        Assert.Contains("not valid YAML", problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_secret_breaks_its_destination_and_nothing_else()
    {
        var memory = new MemoryProject().With(Config, text => text.Replace(
            "\"hook\": {", "\"other\": { \"type\": \"webhook\", \"url\": \"https://x.example\", \"secret\": \"${env:NOT_SET}\" },\n    \"hook\": {"));
        memory["models/syncs/to_other.yml"] = memory[Sync].Replace("vips_to_hook", "to_other").Replace("destination: hook", "destination: other");

        var project = memory.Load();

        var problem = Assert.Single(project.Problems);
        Assert.Equal("other", problem.Destination);
        Assert.Contains("NOT_SET", problem.Message, StringComparison.Ordinal);
        Assert.NotNull(project.Syncs.Single(sync => sync.Name == "vips_to_hook").Options);
        Assert.Null(project.Syncs.Single(sync => sync.Name == "to_other").Options);
    }

    [Fact]
    public void Secrets_come_from_the_environment_and_from_files_and_never_print()
    {
        var memory = new MemoryProject().With(Config, text => text.Replace(
            "\"url\"", "\"secret\": \"${env:HOOK_SECRET}\", \"headers\": { \"X-Key\": \"${file:key.txt}\" }, \"url\""));
        memory.Secrets["HOOK_SECRET"] = "whsec_c2VjcmV0";
        memory["key.txt"] = "from-file";

        var options = (WebhookOptions)memory.Load().Syncs[0].Options!;

        Assert.Equal("whsec_c2VjcmV0", options.Secret!.Reveal());
        Assert.Equal("from-file", options.Headers!["X-Key"].Reveal());
        Assert.DoesNotContain("c2VjcmV0", options.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_environment_is_laid_over_the_rest()
    {
        var memory = new MemoryProject().With(Config, text => text.Replace("\"project\"", """
            "vars": { "value": "5" },
            "environments": { "prod": { "vars": { "value": "7" }, "destinations": { "hook": { "batchRows": 10 } } } },
            "project"
            """));

        Assert.Equal("5", memory.Load().Config.Vars["value"]);
        var prod = memory.Load("prod");
        Assert.Equal("7", prod.Config.Vars["value"]);
        var hook = (WebhookOptions)prod.Config.Destinations["hook"];
        Assert.Equal((10, new Uri("https://hook.example/in")), (hook.BatchRows, hook.Url));
        Assert.Contains("there is no environment \"pord\"; did you mean \"prod\"?", memory.Problems("pord")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Another_type_replaces_the_options_of_the_old_one()
    {
        var memory = new MemoryProject().With(Config, text => text.Replace("\"project\"", """
            "environments": { "dev": { "destinations": { "hook": { "type": "file", "path": "out" } } } },
            "project"
            """));
        memory[Sync] += "\nobject: { name: vips }";

        Assert.Equal("file", memory.Load("dev").Config.Destinations["hook"].Type);
    }

    [Fact]
    public void Models_that_read_each_other_are_reported_with_the_circle()
    {
        var memory = new MemoryProject().With("models/profiles/customers.sql", text => text.Replace("{{ source('shop', 'customers') }}", "{{ ref('vips') }}"));

        Assert.Contains(memory.Problems(), problem => problem.EndsWith("in a circle: customers -> vips -> customers", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("select now()", "as_of")]
    [InlineData("select current_date", "as_of")]
    [InlineData("select 1; select 2", "semicolon")]
    [InlineData("{% if x %} select 1 {% endif %}", "not supported")]
    [InlineData("select {{ reff('customers') }}", "not understood")]
    [InlineData("select {{ var('days') }}", "has no value")]
    [InlineData("-- nothing", "no SELECT")]
    public void Sql_that_cannot_be_planned_is_refused(string sql, string expected)
    {
        var memory = new MemoryProject().With(Segment, text => text[..text.IndexOf("select", StringComparison.Ordinal)] + sql);

        Assert.Contains(memory.Problems(), problem => problem.StartsWith(Segment, StringComparison.Ordinal) && problem.Contains(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("select 'now()' as a -- now() ; \n, \"current_date\" /* ; */ from t")]
    [InlineData("select customer_id from t where note = 'it''s; fine'")]
    public void Words_in_comments_and_literals_are_no_sql(string sql)
    {
        new MemoryProject().With(Segment, text => text[..text.IndexOf("select", StringComparison.Ordinal)] + sql).Load();
    }

    [Fact]
    public void Mappings_take_columns_constants_and_templates()
    {
        var memory = new MemoryProject().With(Sync, text => text.Replace("  email: email", """
              email: { column: email, null: skip }
              country: { const: DK }
              score: { const: 3 }
              name: { template: "{{first}} {{#if last}}{{last}}{{/if}}" }
            """));

        var mapping = memory.Load().Syncs[0].Mapping;

        Assert.Equal(["email", "country", "score", "name"], mapping.Select(field => field.Field));
        Assert.Equal(NullHandling.Skip, mapping[0].Null);
        Assert.Equal((ScalarType.Text, "DK"), (mapping[1].Constant!.Type, mapping[1].Constant!.Text));
        Assert.Equal(ScalarType.Number, mapping[2].Constant!.Type);
        Assert.Equal(["first", "last"], mapping[3].Columns);
    }

    [Theory]
    [InlineData("{ const: DK, column: email }", "one of column, const, template, object and list")]
    [InlineData("{ template: \"{{first\" }", "template")]
    [InlineData("{ konst: DK }", "did you mean \"const\"?")]
    [InlineData("[email]", "column's name")]
    public void Wrong_mappings_are_refused(string mapping, string expected)
    {
        var memory = new MemoryProject().With(Sync, text => text.Replace("  email: email", $"  email: {mapping}"));

        Assert.Contains(memory.Problems(), problem => problem.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void The_committed_schema_is_the_one_that_the_types_give()
    {
        var root = Repository.Root;
        Assert.Equal(Server.Composition.Registry.ConfigSchema(), File.ReadAllText(Path.Combine(root, "cdp.schema.json")));
    }
}
