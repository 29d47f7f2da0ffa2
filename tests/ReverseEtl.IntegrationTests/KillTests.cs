using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary>
/// A mirror is killed behind every step of a run, and while a request is under way; the warehouse changes before the next run. After
/// that the destination equals the model.
/// </summary>
public sealed class KillTests
{
    public static TheoryData<string> Failpoints => Kills.Failpoints;

    public static TheoryData<int, bool> Requests => Kills.Requests;

    [Theory]
    [MemberData(nameof(Failpoints))]
    public async Task Killed_after(string step)
    {
        await using var project = await Kills.ProjectAsync();
        await project.DieAfterAsync(step);
        await Kills.AssertConvergesAsync(project);
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Killed_while_a_request_is_under_way(int request, bool applied)
    {
        await using var project = await Kills.ProjectAsync();
        await Kills.DuringAsync(project, request, applied);
        await Kills.AssertConvergesAsync(project);
    }

    [Fact]
    public async Task A_row_that_arrived_unheard_under_an_older_mapping_and_left_since_is_removed()
    {
        await using var project = await CdpProject.CreateAsync();
        (await project.RunAsync("run")).Exits(0);
        project.Sql("insert into customers values (6, 'c6@shop.example', 'Six', 6)");
        await project.DieAfterAsync("answer:1");
        Assert.Contains(6, project.Delivered().Keys);
        project.Edit(CdpProject.Sync, "  name: name", "  full_name: name");
        project.Sql("delete from customers where id = 6");
        await project.RunAsync("run");
        Assert.Equal([1, 2, 3, 4, 5], project.Delivered().Keys);
        Assert.Equal("unchanged", (await project.RunAsync("run", "--json")).Exits(0).Run.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_run_has_five_batches_and_lives_where_its_failpoint_never_comes()
    {
        await using var project = await Kills.ProjectAsync();
        project.Variables["CDP_FAILPOINT"] = "done:6";
        (await project.RunAsync("run")).Exits(0);
        project.AssertConverged();
    }

    [Theory]
    [InlineData("sent")]
    [InlineData("done:0")]
    public async Task A_failpoint_that_does_not_exist_is_refused(string failpoint)
    {
        await using var project = await CdpProject.CreateAsync();
        project.Variables["CDP_FAILPOINT"] = failpoint;
        (await project.RunAsync("run")).Fails(2, "CDP_FAILPOINT", $"\"{failpoint}\"", "done:3", "intend");
        Assert.Empty(project.Sandbox.Requests());
    }
}
