using System.IO.Compression;
using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary><c>cdp plan --out</c> and <c>cdp apply</c>.</summary>
public sealed class ApplyTests
{
    [Fact]
    public async Task A_saved_plan_is_sent_as_it_was_planned_and_only_once()
    {
        await using var project = await CdpProject.CreateAsync();
        (await project.RunAsync("plan", "--out", "first.plan")).Exits(0);
        (await project.RunAsync("plan", "--out", "again.plan")).Exits(0);
        Assert.Equal(Bytes(project, "first.plan"), Bytes(project, "again.plan"));
        Assert.Empty(project.Sandbox.Requests());
        var planned = project.Expected();
        project.Sql("update customers set name = 'since then'; delete from customers where id = 5");

        var run = (await project.RunAsync("apply", "first.plan", "--json")).Exits(0).Run;
        Assert.Equal(("succeeded", 5), (run.GetProperty("status").GetString(), run.GetProperty("accepted").GetInt32()));
        Assert.Equal(planned, project.Delivered());

        var again = (await project.RunAsync("apply", "first.plan", "--json")).Exits(3).Run;
        Assert.StartsWith("plan: the destination was told something else", again.GetProperty("guard").GetString());
        Assert.Single(project.Sandbox.Requests());
        (await project.RunAsync("run", "--allow-removed", "100%")).Exits(0);
        project.AssertConverged();
    }

    [Fact]
    public async Task A_plan_of_another_mapping_or_model_is_refused()
    {
        await using var project = await CdpProject.CreateAsync();
        (await project.RunAsync("plan", "--out", "a.plan")).Exits(0);
        project.Edit(CdpProject.Sync, "name: name", "name: { const: nobody }");
        Assert.Contains("mapping", (await project.RunAsync("apply", "a.plan")).Exits(3).Out);
        project.Edit(CdpProject.Sync, "name: { const: nobody }", "name: name");
        project.Edit(CdpProject.Model, "from customers", "from customers where id < 3");
        Assert.Contains("the model", (await project.RunAsync("apply", "a.plan")).Exits(3).Out);
        Assert.Empty(project.Sandbox.Requests());
    }

    [Fact]
    public async Task A_file_that_is_no_plan_or_was_changed_is_refused()
    {
        await using var project = await CdpProject.CreateAsync();
        (await project.RunAsync("apply", "none.plan")).Fails(2, "none.plan", "cdp plan --out");
        project.Write("text.plan", "hello");
        (await project.RunAsync("apply", "text.plan")).Fails(2, "text.plan", "no plan");
        (await project.RunAsync("plan", "--out", "a.plan")).Exits(0);
        using (var archive = ZipFile.Open(Path.Combine(project.Folder, "a.plan"), ZipArchiveMode.Update))
        {
            await using var rows = await archive.GetEntry("customers_to_crm.parquet")!.OpenAsync(TestContext.Current.CancellationToken);
            rows.Seek(-1, SeekOrigin.End);
            rows.WriteByte((byte)'X');
        }

        (await project.RunAsync("apply", "a.plan")).Fails(2, "customers_to_crm", "not those that were planned");
        Assert.Empty(project.Sandbox.Requests());
    }

    private static byte[] Bytes(CdpProject project, string file) => File.ReadAllBytes(Path.Combine(project.Folder, file));
}
