using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Quartz;
using ReverseEtl.Conformance;
using ReverseEtl.IntegrationTests.Harness;
using ReverseEtl.Server.Composition;
using ReverseEtl.Server.Hosting;

namespace ReverseEtl.IntegrationTests.Serve;

/// <summary>A whole day of a service, by a clock that the test moves.</summary>
public sealed class DayTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Every_turn_of_a_day_is_taken_once()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Edit(CdpProject.Sync, "mode: mirror", "mode: mirror\nschedule: { every: 1h }");
        Write("quarterly", "{ every: 6h }");
        Write("morning", "{ cron: \"0 6 * * *\", time_zone: Europe/Copenhagen }");
        Write("follower", "{ after: quarterly }");
        Write("never", "manual");
        var time = new ManualTime(new DateTimeOffset(2026, 11, 22, 0, 0, 30, TimeSpan.Zero));
        var settings = new ServeSettings(new DiskProjectFiles(project.Folder), null, new Uri("http://127.0.0.1:0"), logging => logging.SetMinimumLevel(LogLevel.None));
        await using var host = await ServeHost.StartAsync(settings, time, TestContext.Current.CancellationToken);
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromDays(1); passed += Step)
        {
            time.Advance(Step);
            await ServedProject.UntilAsync(() => IsQuietAsync(host, time.GetUtcNow()));
        }

        // The first of each is the one that a new sync begins with; the clock's turns follow.
        Assert.Equal(25, await CountAsync("customers_to_crm"));
        Assert.Equal(5, await CountAsync("quarterly"));
        Assert.Equal(5, await CountAsync("follower"));
        Assert.Equal(1, await CountAsync("morning"));
        Assert.Equal(0, await CountAsync("never"));

        async Task<int> CountAsync(string sync) =>
            (await (await host.Services.GetRequiredService<ProjectHost>().Shared.StoreAsync(TestContext.Current.CancellationToken)).ListRunsAsync(sync, 100, TestContext.Current.CancellationToken)).Count;

        void Write(string name, string schedule) => project.Write($"models/syncs/{name}.yml", $$"""
            sync: {{name}}
            model: customers
            destination: crm
            object: { path: /{{name}}, identifiers: [email] }
            mode: mirror
            schedule: {{schedule}}
            map: { email: email, name: name, total: total }
            """);
    }

    /// <summary>True where nothing is due by the clock and nothing runs.</summary>
    private static async Task<bool> IsQuietAsync(ServeHost host, DateTimeOffset now)
    {
        var scheduler = await host.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(TestContext.Current.CancellationToken);
        foreach (var key in await scheduler.GetTriggerKeys(GroupMatcher<TriggerKey>.AnyGroup(), TestContext.Current.CancellationToken))
        {
            if ((await scheduler.GetTrigger(key, TestContext.Current.CancellationToken))?.NextFireTimeUtc <= now)
                return false;
        }

        return !(await scheduler.QueryFireInstances(new FireInstanceQuery(), TestContext.Current.CancellationToken)).Items.Any();
    }
}
