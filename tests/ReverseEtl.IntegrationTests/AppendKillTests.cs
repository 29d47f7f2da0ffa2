using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary>
/// The same as <see cref="KillTests"/>, to a receiver that stands no repeats: it gets every row at most once, and of each that it has not
/// got the program either knows so, or says that it is in doubt.
/// </summary>
public sealed class AppendKillTests
{
    public static TheoryData<string> Failpoints => Kills.Failpoints;

    public static TheoryData<int, bool> Requests => Kills.Requests;

    [Theory]
    [MemberData(nameof(Failpoints))]
    public async Task Killed_after(string step)
    {
        await using var project = await ProjectAsync();
        await project.DieAfterAsync(step);
        // Where nothing was under way nothing is in doubt.
        await AssertToldOnceAsync(project, mayDoubt: step.Contains(':', StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Killed_while_a_request_is_under_way(int request, bool applied)
    {
        await using var project = await ProjectAsync();
        await Kills.DuringAsync(project, request, applied);
        await AssertToldOnceAsync(project, mayDoubt: true);
    }

    /// <summary>The first run has five requests.</summary>
    private static async Task<CdpProject> ProjectAsync()
    {
        var project = await CdpProject.CreateAsync(""", "batchRows": 2, "concurrency": 2, "replaySafe": false""");
        project.Edit(CdpProject.Sync, "mode: mirror", "mode: append");
        project.Fill(10);
        return project;
    }

    private static async Task AssertToldOnceAsync(CdpProject project, bool mayDoubt)
    {
        Kills.EditMeanwhile(project);
        var result = await project.RunAsync("run");
        var unknown = result.ExitCode == 0 ? [] : await UnknownAsync(project);
        result.Exits(unknown.Count > 0 ? 1 : 0);
        Assert.True(mayDoubt || unknown.Count == 0, $"in doubt: {string.Join(", ", unknown)}");
        var told = Told(project);
        var rest = project.Expected().Keys.Except(told).ToList();
        Assert.Subset(unknown.ToHashSet(), rest.ToHashSet());

        await ResolveAsync(project, "--arrived", unknown.Intersect(told));
        await ResolveAsync(project, "--not-arrived", unknown.Except(told));
        Assert.Equal(rest.Count, (await project.RunAsync("run", "--json")).Exits(0).Run.GetProperty("accepted").GetInt32());
        Assert.Equal(told.Union(rest).Order(), Told(project));
        await Kills.AssertSettledAsync(project);
    }

    /// <summary>The keys that the receiver has got, each of them once and under an id of its own.</summary>
    private static List<int> Told(CdpProject project)
    {
        var view = project.Sandbox.Webhook(CdpProject.Target);
        if (view is null)
            return [];
        Assert.All(view.Events, sent => Assert.True(sent.Count == 1, $"row {sent.Key} was sent {sent.Count} times"));
        Assert.Equal(0, view.Summary.Repeats);
        return [.. view.Events.Select(sent => int.Parse(sent.Key)).Order()];
    }

    private static async Task<List<int>> UnknownAsync(CdpProject project) =>
        [.. (await project.RunAsync("resolve", "customers_to_crm", "--json")).Exits(0).Json.GetProperty("unknown").EnumerateArray()
            .Select(row => int.Parse(row.GetProperty("key").GetString()!))];

    private static async Task ResolveAsync(CdpProject project, string how, IEnumerable<int> keys)
    {
        if (keys.ToList() is { Count: > 0 } named)
            (await project.RunAsync(["resolve", "customers_to_crm", how, "--key", .. named.Select(key => $"{key}")])).Exits(0);
    }
}
