using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary><c>cdp init sync</c>.</summary>
public sealed class InitSyncTests
{
    private const string Crm = """, "contacts": { "type": "hubspot", "token": "t", "sandbox": true }, "chat": { "type": "slack", "token": "t", "sandbox": true } } }""";

    [Fact]
    public async Task A_suggested_sync_is_valid_and_a_second_one_never_overwrites_it()
    {
        await using var project = await CreateAsync();

        Assert.Contains("models/syncs/customers_to_contacts.yml", (await project.RunAsync("init", "sync", "--model", "customers", "--to", "contacts")).Exits(0).Out, StringComparison.Ordinal);
        (await project.RunAsync("validate")).Exits(0);
        Assert.Equal(5, (await project.RunAsync("plan", "customers_to_contacts", "--json")).Exits(0).Json.GetProperty("plans")[0].GetProperty("added").GetInt32());
        (await project.RunAsync("init", "sync", "--model", "customers", "--to", "contacts")).Fails(2, "customers_to_contacts.yml", "nothing was written");
    }

    [Fact]
    public async Task One_that_is_not_right_yet_is_a_draft_that_the_project_does_not_read()
    {
        await using var project = await CreateAsync();

        var suggested = (await project.RunAsync("init", "sync", "--model", "customers", "--to", "chat", "--json")).Exits(0).Json;

        Assert.Equal("models/syncs/customers_to_chat.yml.draft", suggested.GetProperty("file").GetString());
        Assert.NotEqual(0, suggested.GetProperty("problems").GetArrayLength());
        (await project.RunAsync("validate")).Exits(0);
        (await project.RunAsync("init", "sync", "--model", "customers", "--to", "chat")).Fails(2, "customers_to_chat.yml.draft", "nothing was written");
    }

    private static async Task<CdpProject> CreateAsync()
    {
        var project = await CdpProject.CreateAsync();
        var config = await File.ReadAllTextAsync(Path.Combine(project.Folder, CdpProject.Config), TestContext.Current.CancellationToken);
        var end = config.LastIndexOf('}', config.LastIndexOf('}') - 1);
        project.Write(CdpProject.Config, config[..end] + Crm);
        return project;
    }
}
