using ReverseEtl.Server.Composition;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.Testing;
using ReverseEtl.Tests.Projects;
using ReverseEtl.Warehouses.DuckDb;
using ReverseEtl.Warehouses.Testing;

namespace ReverseEtl.Tests.Testing;

public sealed class ModelTestTests
{
    private const string File = "models/tests/vips.yml";

    private static MemoryProject Project(string yaml)
    {
        var memory = new MemoryProject { [File] = yaml };
        return memory.With("models/profiles/customers.sql", text => text.Replace("customer_id, email from", "customer_id, email, value from"));
    }

    private static async Task<ModelTestResult> RunAsync(MemoryProject memory)
    {
        var models = memory.Load().Models;
        var test = Assert.Single(ModelTestReader.ReadAll(memory, "models/tests", models));
        return await new ModelTestRunner(memory, models, new Dictionary<string, string>()).RunAsync(test, TestContext.Current.CancellationToken);
    }

    private static string Problem(MemoryProject memory) =>
        Assert.Single(Assert.Throws<ProjectException>(() => ModelTestReader.ReadAll(memory, "models/tests", memory.Load().Models)).Problems).ToString();

    [Fact]
    public async Task Fixtures_stand_in_for_sources_below_the_models_between()
    {
        var result = await RunAsync(Project("""
            test: over the threshold
            model: vips
            given:
              shop.customers:
                - { customer_id: 1, email: a@example.com, value: 1001 }
                - { customer_id: 2, email: b@example.com, value: 1000 }
            expect:
              - { customer_id: 1 }
            """));

        Assert.True(result.Passed);
    }

    [Fact]
    public async Task A_difference_is_told_row_by_row_and_doubled_rows_count()
    {
        var result = await RunAsync(Project("""
            test: differs
            model: vips
            vars: { value: "5" }
            given:
              customers:
                - { customer_id: 1, value: 6 }
                - { customer_id: 1, value: 7 }
                - { customer_id: 2, value: 8 }
            expect:
              - { customer_id: 1 }
              - { customer_id: 3 }
            """));

        Assert.Equal(["""{"customer_id":3}"""], result.Missing);
        Assert.Equal(["""{"customer_id":1}""", """{"customer_id":2}"""], result.Unexpected);
    }

    [Fact]
    public async Task Expected_values_take_the_models_types_and_only_named_columns_count()
    {
        var result = await RunAsync(Project("""
            test: types
            model: customers
            given:
              shop.customers:
                types: { value: "decimal(10, 2)", email: varchar }
                rows:
                  - { customer_id: 1, email: null, value: 12.5 }
            expect:
              - { value: 12.50, customer_id: 1 }
            """));

        Assert.True(result.Passed);
    }

    [Fact]
    public async Task An_input_without_rows_needs_types_only_and_nothing_may_be_expected()
    {
        var result = await RunAsync(Project("""
            test: empty
            model: vips
            given:
              customers: { rows: [], types: { customer_id: bigint, value: bigint } }
            expect: []
            """));

        Assert.True(result.Passed);
    }

    [Fact]
    public async Task Rows_may_come_from_a_csv_file()
    {
        using var folder = new TemporaryFolder();
        await System.IO.File.WriteAllTextAsync(folder.File("rows.csv"), "customer_id,value\n1,2000\n2,10\n", TestContext.Current.CancellationToken);
        var memory = Project("""
            test: csv
            model: vips
            given:
              customers: { csv: rows.csv }
            expect:
              - { customer_id: 1 }
            """);
        var models = memory.Load().Models;
        var test = ModelTestReader.ReadAll(memory, "models/tests", models)[0];

        var runner = new ModelTestRunner(new DiskProjectFiles(folder.FullName), models, new Dictionary<string, string>());
        Assert.True((await runner.RunAsync(test, TestContext.Current.CancellationToken)).Passed);
    }

    [Theory]
    [InlineData("model: vips", "model: vpis", "did you mean \"vips\"?")]
    [InlineData("shop.customers:", "shop.orders:", "the model reads shop.customers, which has no rows under \"given\"")]
    [InlineData("test: t", "tset: t", "did you mean \"test\"?")]
    public void Wrong_tests_are_refused_with_their_place(string right, string wrong, string expected)
    {
        var memory = Project("""
            test: t
            model: vips
            given:
              shop.customers:
                - { customer_id: 1, email: a@example.com, value: 1001 }
            expect:
              - { customer_id: 1 }
            """).With(File, text => text.Replace(right, wrong));

        var problems = Assert.Throws<ProjectException>(() => ModelTestReader.ReadAll(memory, "models/tests", memory.Load().Models)).Problems;
        Assert.Contains(problems, problem => problem.ToString().StartsWith(File, StringComparison.Ordinal) && problem.Message.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void A_model_that_asks_for_the_time_is_tested_at_one()
    {
        var memory = Project("test: t\nmodel: vips\ngiven: { customers: [{ customer_id: 1, value: 1 }] }\nexpect: []\n")
            .With("models/segments/vips.sql", text => text + " and {{ as_of }} is not null");

        Assert.Contains("as_of: 2026-11-22T00:00:00Z", Problem(memory), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_column_that_the_model_has_not_is_named()
    {
        var memory = Project("test: t\nmodel: vips\ngiven: { customers: [{ customer_id: 1, value: 1001 }] }\nexpect: [{ custommer_id: 1 }]\n");

        var error = await Assert.ThrowsAsync<ProjectException>(() => RunAsync(memory));
        Assert.Contains("did you mean \"customer_id\"?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_samples_own_tests_pass()
    {
        var files = new DiskProjectFiles(Repository.Root);
        var project = new ProjectLoader(files, new ProcessSecrets(Repository.Root), Registry.Types).Load(null);
        var tests = ModelTestReader.ReadAll(files, "models/tests", project.Models);
        var segments = project.Models.Ordered.Where(model => model.Header.Kind is Core.Models.ModelKind.Segment).Select(model => model.Name);
        Assert.Superset(segments.ToHashSet(), tests.Select(test => test.Model).ToHashSet());

        var runner = new ModelTestRunner(files, project.Models, project.Config.Vars);
        foreach (var test in tests)
            Assert.True((await runner.RunAsync(test, TestContext.Current.CancellationToken)).Passed, test.Test);
    }
}
