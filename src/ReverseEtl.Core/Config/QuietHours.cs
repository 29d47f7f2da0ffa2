using System.Globalization;

namespace ReverseEtl.Core.Config;

/// <summary>Hours in which people are left in peace, by the clock of a time zone: <c>21:00-08:00 Europe/Copenhagen</c>.</summary>
public sealed class QuietHours : IConfigValue<QuietHours>
{
    private const string Form = "quiet hours are written as 21:00-08:00 Europe/Copenhagen: from, to and a time zone of IANA";
    private const string ClockFormat = "HH:mm";

    private readonly TimeOnly _from;
    private readonly TimeOnly _to;

    private QuietHours(TimeOnly from, TimeOnly to, TimeZoneInfo zone) => (_from, _to, Zone) = (from, to, zone);

    /// <summary>The time zone of people of whom no other one is known.</summary>
    public TimeZoneInfo Zone { get; }

    /// <inheritdoc/>
    public static string Schema => """{"type":"string","pattern":"^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9] .+$"}""";

    /// <inheritdoc/>
    public static QuietHours? Parse(ConfigNode node, BindContext context)
    {
        if (node is ScalarNode { Type: ScalarType.Text } scalar && scalar.Text.Split(' ', 2) is [var hours, var name] && hours.Split('-') is [var first, var last]
            && TimeOnly.TryParseExact(first, ClockFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var from)
            && TimeOnly.TryParseExact(last, ClockFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var to) && from != to)
        {
            if (TimeZoneInfo.TryFindSystemTimeZoneById(name.Trim(), out var zone))
                return new QuietHours(from, to, zone);
            context.Add(node.At, $"there is no time zone \"{name.Trim()}\"; write one of IANA, such as Europe/Copenhagen or UTC");
            return null;
        }

        context.Add(node.At, Form);
        return null;
    }

    /// <summary>When the quiet hours that an instant lies in are over; null where it lies in none.</summary>
    /// <param name="at">The instant.</param>
    /// <param name="zone">The clock; null for <see cref="Zone"/>.</param>
    public DateTimeOffset? EndAfter(DateTimeOffset at, TimeZoneInfo? zone = null)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone ?? Zone);
        var clock = TimeOnly.FromTimeSpan(local.TimeOfDay);
        // Holds over midnight too.
        if (!clock.IsBetween(_from, _to))
            return null;
        var day = DateOnly.FromDateTime(local.DateTime).AddDays(clock < _to ? 0 : 1);
        return LocalDay.InstantOf(day.ToDateTime(_to), zone ?? Zone);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_from:HH:mm}-{_to:HH:mm} {Zone.Id}");
}

/// <summary>Days by the clock of a time zone.</summary>
public static class LocalDay
{
    /// <summary>The day that an instant lies in, and when the next one begins.</summary>
    public static (DateOnly Day, DateTimeOffset Next) Of(DateTimeOffset at, TimeZoneInfo zone)
    {
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
        return (day, InstantOf(day.AddDays(1).ToDateTime(TimeOnly.MinValue), zone));
    }

    /// <summary>The instant of a local time; of one that the clock shows twice the first, of one that it leaps over the next that it shows.</summary>
    public static DateTimeOffset InstantOf(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
