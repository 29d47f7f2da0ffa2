using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary>SQL that the warehouse refuses: the message names the model's file and its line.</summary>
public sealed class BadSqlTests
{
    [Theory]
    [InlineData("plan")]
    [InlineData("run")]
    [InlineData("validate", "--connect")]
    [InlineData("preview", "customers")]
    public async Task A_syntax_error(params string[] command)
    {
        await using var project = await CdpProject.CreateAsync();
        project.Edit(CdpProject.Model, "select id, email, name, total", "select id, email,\n  name,, total");
        (await project.RunAsync(command)).Fails(2, "models/customers.sql:6:", "syntax error");
        Assert.Empty(project.Sandbox.Requests());
    }

    [Fact]
    public async Task An_unknown_column_in_a_model_that_others_read()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Write("models/base.sql", "/* ---\nkind: table\n--- */\nselect id,\n  email,\n  nmae as name,\n  total\nfrom customers");
        project.Edit(CdpProject.Model, "from customers", "\nfrom {{ ref('base') }}");
        (await project.RunAsync("run")).Fails(2, "models/base.sql:6:", "\"nmae\"");
        (await project.RunAsync("plan")).Fails(2, "models/base.sql:6:", "\"nmae\"");
        Assert.Empty(project.Sandbox.Requests());
    }

    [Fact]
    public async Task A_cast_that_fails_only_when_the_rows_are_read()
    {
        await using var project = await CdpProject.CreateAsync();
        (await project.RunAsync("run")).Exits(0);
        project.Write("models/base.sql", "/* ---\nkind: table\n--- */\nselect id, email, name,\n\n  name::integer as total\nfrom customers");
        project.Edit(CdpProject.Model, "from customers", "from {{ ref('base') }}");
        (await project.RunAsync("plan")).Fails(2, "models/base.sql:6:", "'Customer 1'");
        (await project.RunAsync("run")).Fails(2, "models/base.sql:6:", "'Customer 1'");
        Assert.Contains("failed", (await project.RunAsync("status")).Exits(0).Out);
        Assert.Single(project.Sandbox.Requests());

        project.Edit("models/base.sql", "name::integer as total", "total");
        (await project.RunAsync("run")).Exits(0);
        Assert.Single(project.Sandbox.Requests());
        project.AssertConverged();
    }

    [Fact]
    public async Task The_other_syncs_run()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Write("models/broken.sql", "/* ---\nkind: table\nkey: id\n--- */\nselect id, nothing as email from customers");
        project.Write("models/syncs/a_broken.yml", "sync: a_broken\nmodel: broken\ndestination: crm\nmode: upsert\nmap: { email: email }");
        var result = (await project.RunAsync("run", "--json")).Fails(2, "a_broken", "models/broken.sql:5:");
        var runs = result.Json.GetProperty("runs");
        Assert.Equal(["a_broken failed", "customers_to_crm succeeded"],
            runs.EnumerateArray().Select(run => $"{run.GetProperty("sync").GetString()} {run.GetProperty("status").GetString()}"));
        Assert.Contains("models/broken.sql:5:", runs[0].GetProperty("error").GetString());
        project.AssertConverged();
    }
}
