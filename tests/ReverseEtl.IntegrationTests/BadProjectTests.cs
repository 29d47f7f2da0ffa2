using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary>Files that are wrong: one clear message with its place, exit code 2, nothing sent.</summary>
public sealed class BadProjectTests
{
    [Theory]
    [InlineData("\"project\": \"shop\",", "\"project\": \"shop\"", "cdp.config.json:3:", "not valid JSON")]
    [InlineData("\"project\"", "\"projct\"", "cdp.config.json:2:", "\"projct\"", "did you mean \"project\"")]
    [InlineData("\"webhook\"", "\"webhok\"", "cdp.config.json:5:", "\"webhok\"", "did you mean \"webhook\"")]
    [InlineData("\"url\"", "\"ulr\"", "cdp.config.json:5:", "\"ulr\"", "did you mean \"url\"")]
    [InlineData("\"path\": \"shop.duckdb\"", "\"path\": 7, \"path\": 8", "cdp.config.json:3:", "twice")]
    [InlineData("\"shop\"", "\"\\ud800\"", "cdp.config.json:2:", "not valid JSON")]
    public async Task Configuration(string from, string to, params string[] words) => await AssertRefused(CdpProject.Config, from, to, words);

    [Theory]
    [InlineData("model: customers", "model: : customers", "customers_to_crm.yml:2:", "not valid YAML")]
    [InlineData("model: customers", "model: custmers", "customers_to_crm.yml:2:8", "\"custmers\"", "did you mean \"customers\"")]
    [InlineData("destination: crm", "destination: crn", "customers_to_crm.yml:3:", "did you mean \"crm\"")]
    [InlineData("mode: mirror", "mode: miror", "customers_to_crm.yml:5:", "mirror")]
    [InlineData("mode: mirror", "mode: mirror\ngards: {}", "customers_to_crm.yml:6:", "\"gards\"", "did you mean \"guards\"")]
    [InlineData("mode: mirror", "mode: mirror\nguards: { max_removd: 5% }", "customers_to_crm.yml:6:", "did you mean \"max_removed\"")]
    [InlineData("path: /customers", "pth: /customers", "customers_to_crm.yml:4:", "did you mean \"path\"")]
    [InlineData("identifiers: [email]", "identifiers: [mail]", "customers_to_crm.yml:4:", "mail is not a mapped field")]
    [InlineData("mode: mirror", "mode: &a [*a]", "customers_to_crm.yml:5:", "nested too deeply")]
    public async Task Sync(string from, string to, params string[] words) => await AssertRefused(CdpProject.Sync, from, to, words);

    [Theory]
    [InlineData("kind: profile", "kind: profil", "customers.sql:2:", "profile")]
    [InlineData("key: id", "kee: id", "customers.sql:3:", "did you mean \"key\"")]
    [InlineData("from customers", "from {{ ref('custmers') }}", "customers.sql:5:", "\"custmers\"", "did you mean \"customers\"")]
    [InlineData("select id", "select now(), id", "customers.sql:5:8", "as_of")]
    [InlineData("from customers", "from customers;", "customers.sql:5:", "semicolon")]
    [InlineData("from customers", "from {{ source('shop') }}", "customers.sql:5:", "not understood")]
    public async Task Model(string from, string to, params string[] words) => await AssertRefused(CdpProject.Model, from, to, words);

    [Fact]
    public async Task All_problems_are_told_at_once()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Edit(CdpProject.Config, "\"project\"", "\"projct\"");
        project.Edit(CdpProject.Sync, "mode: mirror", "mode: miror");
        project.Edit(CdpProject.Model, "key: id", "kee: id");
        var result = (await project.RunAsync("validate")).Exits(2);
        result.Fails(2, "projct").Fails(2, "miror").Fails(2, "kee");
    }

    [Fact]
    public async Task A_missing_column_is_told_with_the_nearest_names_and_the_lines_of_the_map()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Edit(CdpProject.Sync, "email: email", "email: emial");
        project.Edit(CdpProject.Sync, "name: name", "name: { template: \"{{nme}}\" }");
        foreach (var command in new[] { "validate --connect", "plan", "run" })
        {
            (await project.RunAsync(command.Split(' ')))
                .Fails(2, "customers_to_crm.yml:7:", "\"emial\"", "did you mean \"email\"")
                .Fails(2, "customers_to_crm.yml:8:", "\"nme\"", "did you mean \"name\"");
        }

        Assert.Empty(project.Sandbox.Requests());
    }

    [Theory]
    [InlineData("there is no option --forc", "run", "--forc")]
    [InlineData("did you mean \"--allow-removed\"", "run", "--alow-removed", "5%")]
    [InlineData("did you mean \"customers_to_crm\"", "run", "customer_to_crm")]
    [InlineData("did you mean \"customers_to_crm\"", "rejected", "customer_to_crm")]
    [InlineData("did you mean \"customers\"", "preview", "custmers")]
    [InlineData("'frobnicate'", "frobnicate")]
    [InlineData("--limit takes a whole number of 0 or more, not \"-1\"", "rejected", "customers_to_crm", "--limit", "-1")]
    [InlineData("--limit takes a whole number of 0 or more, not \"x\"", "preview", "customers", "--limit", "x")]
    [InlineData("--port takes a whole number from 0 to 65535", "sandbox", "--port", "99999")]
    [InlineData("--allow-removed takes a share", "run", "--allow-removed", "lots")]
    [InlineData("--where: the warehouse refuses the condition", "preview", "customers", "--where", "emial is null")]
    [InlineData("there is no environment \"prd\"", "run", "--env", "prd")]
    [InlineData("there is no such folder", "run", "--project", "nowhere")]
    public async Task Command_line(string message, params string[] arguments)
    {
        await using var project = await CdpProject.CreateAsync();
        (await project.RunAsync(arguments)).Fails(2, message);
        Assert.Empty(project.Sandbox.Requests());
    }

    [Fact]
    public async Task No_project()
    {
        await using var project = await CdpProject.CreateAsync();
        var elsewhere = Directory.CreateTempSubdirectory("cdp-none-");
        try
        {
            foreach (var command in new[] { "run", "plan", "validate", "status" })
                (await project.RunInAsync(elsewhere.FullName, command)).Fails(2, "cdp.config.json", "--project", "cdp init");
            (await project.RunAsync("run", "--project", elsewhere.FullName)).Fails(2, "cdp.config.json", "cdp init");
            Assert.Empty(elsewhere.EnumerateFileSystemInfos());
        }
        finally
        {
            elsewhere.Delete(recursive: true);
        }
    }

    private static async Task AssertRefused(string file, string from, string to, string[] words)
    {
        await using var project = await CdpProject.CreateAsync();
        project.Edit(file, from, to);
        (await project.RunAsync("run")).Fails(2, words);
        Assert.Empty(project.Sandbox.Requests());
    }
}
