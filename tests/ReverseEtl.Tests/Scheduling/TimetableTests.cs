using ReverseEtl.Core.Syncs;
using ReverseEtl.Server.Scheduling;

namespace ReverseEtl.Tests.Scheduling;

/// <summary>When schedules are due.</summary>
public sealed class TimetableTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_keeps_to_a_grid_that_the_name_decides()
    {
        var schedule = new Schedule { Every = TimeSpan.FromMinutes(15) };
        var first = Timetable.After("vip", schedule, Noon)!.Value;
        Assert.InRange(first, Noon.AddTicks(1), Noon.AddMinutes(15));
        Assert.Equal(first, Timetable.After("vip", schedule, first.AddTicks(-1)));
        Assert.Equal(first.AddMinutes(15), Timetable.After("vip", schedule, first));
        Assert.Equal(first.AddDays(365), Timetable.After("vip", schedule, first.AddDays(365).AddTicks(-1)));
    }

    [Fact]
    public void Syncs_of_one_interval_are_spread_over_it()
    {
        var schedule = new Schedule { Every = TimeSpan.FromMinutes(1) };
        var seconds = Enumerable.Range(0, 600).Select(i => Timetable.After($"sync_{i}", schedule, Noon)!.Value.Second).GroupBy(second => second).ToList();
        Assert.Equal(60, seconds.Count);
        Assert.All(seconds, second => Assert.InRange(second.Count(), 1, 30));
    }

    [Fact]
    public void Cron_goes_by_its_time_zone_through_changes_of_the_clock()
    {
        var schedule = new Schedule { Cron = "30 2 * * *", TimeZone = "Europe/Copenhagen" };
        // In summer 00:30 UTC, in winter 01:30 UTC; on 29 March 2026 there is no 02:30, and it runs as the clock jumps.
        Assert.Equal(new(2026, 7, 1, 0, 30, 0, TimeSpan.Zero), Timetable.After("s", schedule, new(2026, 6, 30, 12, 0, 0, TimeSpan.Zero)));
        Assert.Equal(new(2026, 12, 1, 1, 30, 0, TimeSpan.Zero), Timetable.After("s", schedule, new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero)));
        Assert.Equal(new(2026, 3, 29, 1, 0, 0, TimeSpan.Zero), Timetable.After("s", schedule, new(2026, 3, 28, 12, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void Cron_reads_as_crontab_does()
    {
        // Sunday is 0 and 7; a day of the month and a day of the week are either of them.
        var sunday = new DateTimeOffset(2026, 11, 29, 6, 0, 0, TimeSpan.Zero);
        Assert.Equal(sunday, Timetable.After("s", new Schedule { Cron = "0 6 * * 0" }, Noon));
        Assert.Equal(sunday, Timetable.After("s", new Schedule { Cron = "0 6 * * 7" }, Noon));
        Assert.Equal(new(2026, 11, 24, 6, 0, 0, TimeSpan.Zero), Timetable.After("s", new Schedule { Cron = "0 6 24 * 0" }, Noon));
    }

    [Theory]
    [InlineData("manual")]
    [InlineData("after a")]
    [InlineData("on dbt")]
    public void No_clock_decides_of_the_others(string said)
    {
        Schedule schedule = said switch { "after a" => new() { After = ["a"] }, "on dbt" => new() { On = "dbt" }, _ => new() };
        Assert.Equal(said, schedule.ToString());
        Assert.Null(Timetable.After("s", schedule, Noon));
        Assert.Null(Timetable.Builder(schedule));
    }

    [Fact]
    public void A_schedule_says_itself_as_it_is_written()
    {
        Assert.Equal("every 15m", new Schedule { Every = TimeSpan.FromMinutes(15) }.ToString());
        Assert.Equal("every 90s", new Schedule { Every = TimeSpan.FromSeconds(90) }.ToString());
        Assert.Equal("at 0 6 * * * Europe/Copenhagen", new Schedule { Cron = "0 6 * * *", TimeZone = "Europe/Copenhagen" }.ToString());
    }
}
