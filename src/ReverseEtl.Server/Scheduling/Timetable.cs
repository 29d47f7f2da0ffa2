using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Quartz;
using ReverseEtl.Core.Syncs;

namespace ReverseEtl.Server.Scheduling;

/// <summary>
/// When schedules are due by the clock. <c>every</c> keeps to a grid that the sync's name alone decides: syncs of one interval do not
/// all begin in the same second, and a restart moves nothing.
/// </summary>
internal static class Timetable
{
    /// <summary>What is wrong with a schedule; null where nothing is.</summary>
    public static string? ProblemOf(Schedule schedule)
    {
        if (schedule.Cron is not { } cron)
            return null;
        try
        {
            CronExpression.Parse(cron, CronFormat.Unix);
        }
        catch (FormatException error)
        {
            return $"the cron expression \"{cron}\" cannot be read: {error.Message} It has five fields: minute, hour, day of the month, month, day of the week";
        }

        return schedule.TimeZone is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)
            ? $"there is no time zone \"{zone}\" on this machine; give an IANA name such as Europe/Copenhagen"
            : null;
    }

    /// <summary>The first instant after another one at which a sync is due; null where no clock decides.</summary>
    public static DateTimeOffset? After(string sync, Schedule schedule, DateTimeOffset instant) =>
        schedule.Every is { } every ? NextOnGrid(sync, every, instant)
        : schedule.Cron is not null ? Cron(schedule).GetNextValidTimeAfter(instant)
        : null;

    /// <summary>How Quartz fires it; null where no clock decides.</summary>
    public static IScheduleBuilder? Builder(Schedule schedule) =>
        schedule.Every is { } every ? CalendarIntervalScheduleBuilder.Create()
            .WithInterval(checked((int)every.TotalSeconds), IntervalUnit.Second)
            .InTimeZone(TimeZoneInfo.Utc)
            // However many were missed: once, and on with the grid.
            .WithMisfireInstruction(CalendarIntervalTriggerMisfireInstruction.FireAndProceed)
        : schedule.Cron is not null ? CronScheduleBuilder.Create(Cron(schedule)).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)
        : null;

    private static CronExpression Cron(Schedule schedule) => CronExpression.Parse(schedule.Cron!, CronFormat.Unix)
        .WithTimeZone(schedule.TimeZone is { } zone ? TimeZoneInfo.FindSystemTimeZoneById(zone) : TimeZoneInfo.Utc);

    private static DateTimeOffset NextOnGrid(string sync, TimeSpan every, DateTimeOffset instant)
    {
        var seconds = (long)every.TotalSeconds;
        var offset = (long)(Spread(sync) % (ulong)seconds);
        var passed = (long)Math.Floor((instant.UtcTicks / (double)TimeSpan.TicksPerSecond - offset) / seconds);
        var next = new DateTimeOffset((offset + passed * seconds) * TimeSpan.TicksPerSecond, TimeSpan.Zero);
        while (next <= instant)
            next += every;
        return next;
    }

    // The same on every machine and in every version.
    private static ulong Spread(string sync) => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(sync)));
}
