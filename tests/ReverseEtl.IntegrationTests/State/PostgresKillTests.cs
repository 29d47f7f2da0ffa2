using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests.State;

/// <summary>The same as <see cref="KillTests"/>, with the control store in PostgreSQL; and the server killed instead of the program.</summary>
public sealed class PostgresKillTests
{
    /// <summary>What the store knows differs behind each of these.</summary>
    [Theory]
    [InlineData("capture")]
    [InlineData("intend:3")]
    [InlineData("answer:3")]
    [InlineData("done:3")]
    [InlineData("advance")]
    [InlineData("finish")]
    public async Task Killed_after(string step)
    {
        await using var project = await Kills.ProjectAsync(postgresState: true);
        await project.DieAfterAsync(step);
        await Kills.AssertConvergesAsync(project);
    }

    [Fact]
    public async Task Killed_while_a_request_is_under_way()
    {
        await using var project = await Kills.ProjectAsync(postgresState: true);
        await Kills.DuringAsync(project, request: 3, applied: true);
        await Kills.AssertConvergesAsync(project);
    }

    [Fact]
    public async Task The_server_crashes_and_comes_back_in_the_middle_of_a_run()
    {
        await using var cluster = await StartAsync();
        await using var project = await ProjectAsync(cluster);
        project.Sandbox.Script.Add(new() { Times = 2, Then = new() });
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { DelayMs = 4000 } });
        await using var process = project.Start("run", "--json");
        await project.SeenAsync(3);

        await cluster.CrashAsync();
        await cluster.StartAsync();

        Assert.Equal("succeeded", (await process.EndAsync()).Exits(0).Run.GetProperty("status").GetString());
        project.AssertConverged();
        Assert.Equal(5, project.Sandbox.Requests().Count);
    }

    [Fact]
    public async Task The_server_does_not_come_back_before_the_run_gives_up()
    {
        await using var cluster = await StartAsync();
        await using var project = await ProjectAsync(cluster);
        project.Sandbox.Script.Add(new() { Times = 2, Then = new() });
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { DelayMs = 6000 } });
        await using (var process = project.Start("run"))
        {
            await project.SeenAsync(3);
            await cluster.CrashAsync();
            var result = (await process.EndAsync()).Fails(4, "control store 127.0.0.1:", "/postgres", "the server cannot be reached");
            Assert.DoesNotContain(PostgresCluster.Password, result.Error);
        }

        (await project.RunAsync("status")).Fails(4, "control store 127.0.0.1:", "the server cannot be reached");
        Assert.DoesNotContain(PostgresCluster.Password, (await project.RunAsync("status", "--verbose")).Exits(4).Error);
        // The next one was written ahead before the crash, and may be sent; nothing that was not.
        Assert.InRange(project.Sandbox.Requests().Count, 3, 4);
        await cluster.StartAsync();
        (await project.RunAsync("run")).Exits(0);
        project.AssertConverged();
    }

    private static async Task<PostgresCluster> StartAsync()
    {
        Assert.SkipWhen(PostgresCluster.Missing is not null, $"{PostgresCluster.Missing}");
        return await PostgresCluster.CreateAsync();
    }

    /// <summary>Five requests, one after the other.</summary>
    private static async Task<CdpProject> ProjectAsync(PostgresCluster cluster)
    {
        var project = await CdpProject.CreateAsync(""", "batchRows": 1, "concurrency": 1""");
        await project.UsePostgresStateAsync(cluster.At("postgres"));
        return project;
    }
}
