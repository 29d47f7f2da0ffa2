using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary>What becomes of rows that left the model of a mirror.</summary>
public sealed class OnRemovedTests
{
    [Theory]
    [InlineData("remove", null)]
    [InlineData("delete", null)]
    [InlineData("archive", null)]
    [InlineData("clear", """{"email":null,"name":null,"total":null}""")]
    public async Task The_destination_is_told_what_to_do_with_them(string removal, string? left)
    {
        await using var project = await CdpProject.CreateAsync();
        project.Edit(CdpProject.Sync, "mode: mirror", $"mode: mirror\non_removed: {removal}");
        (await project.RunAsync("run")).Exits(0);
        project.Sql("delete from customers where id = 4");

        (await project.RunAsync("run")).Exits(0);

        Assert.Equal(left, project.Delivered().GetValueOrDefault(4));
        Assert.Contains("unchanged", (await project.RunAsync("run")).Exits(0).Out);
    }

    [Fact]
    public async Task What_a_destination_or_a_mode_cannot_do_is_refused()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Edit(CdpProject.Sync, "mode: mirror", "mode: upsert\non_removed: archive");
        (await project.RunAsync("validate")).Fails(2, "customers_to_crm.yml", "on_removed is for mode mirror");
        project.Edit(CdpProject.Config, "\"destinations\": {", "\"destinations\": { \"files\": { \"type\": \"file\", \"path\": \"out\" },");
        project.Write("models/syncs/files.yml", "sync: files\nmodel: customers\ndestination: files\nobject: { name: customers }\nmode: mirror\non_removed: archive\nmap: { email: email }\n");
        (await project.RunAsync("validate")).Fails(2, "files.yml", "cannot archive", "it can: remove");
    }
}
