using ReverseEtl.Core.Config;

namespace ReverseEtl.Core.Syncs;

/// <summary>
/// When a sync runs: <c>{ every: 15m }</c>, <c>{ cron: "0 6 * * *" }</c>, <c>{ after: [other] }</c>, <c>{ on: dbt }</c>, or <c>manual</c>.
/// </summary>
public sealed record Schedule : IConfigValue<Schedule>
{
    /// <summary>From one start to the next.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>A cron expression of five fields.</summary>
    public string? Cron { get; init; }

    /// <summary>The IANA time zone of <see cref="Cron"/>; UTC when left out.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Runs when all of these syncs have delivered since it last ran.</summary>
    public IReadOnlyList<string> After { get; init; } = [];

    /// <summary>Runs when somebody tells the service of this event.</summary>
    public string? On { get; init; }

    /// <summary>Who goes first where several are due and there is no room for all: 10 before 1.</summary>
    public int Priority { get; init; } = UsualPriority;

    private const int UsualPriority = 5;

    /// <summary>The schedule as people say it: <c>every 15m</c>, <c>at 0 6 * * * Europe/Copenhagen</c>.</summary>
    public override string ToString() =>
        Every is { } every ? $"every {Duration.Format(every)}"
        : Cron is not null ? $"at {Cron}{(TimeZone is null ? "" : $" {TimeZone}")}"
        : After.Count > 0 ? $"after {string.Join(", ", After)}"
        : On is not null ? $"on {On}"
        : "manual";

    /// <inheritdoc/>
    public static string Schema => """
        {"anyOf":[{"const":"manual"},{"type":"object","additionalProperties":false,"minProperties":1,"properties":{
          "every":{"type":"string","pattern":"^[0-9]+(ms|s|m|h|d)$"},"cron":{"type":"string"},"time_zone":{"type":"string"},
          "after":{"anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"}}]},"on":{"type":"string"},
          "priority":{"type":"integer","minimum":1,"maximum":10}}}]}
        """;

    /// <inheritdoc/>
    public static Schedule? Parse(ConfigNode node, BindContext context)
    {
        if (node is ScalarNode { Text: "manual" })
            return new Schedule();
        if (node is not MapNode map)
        {
            context.Add(node.At, $"this must be manual, or one of every, cron, after and on, but is {node.Kind}");
            return null;
        }

        if (Binder.Bind<Form>(map, context) is not { } form)
            return null;
        if (new[] { form.Every is not null, form.Cron is not null, form.After.Count > 0, form.On is not null }.Count(given => given) != 1)
            context.Add(node.At, "give one of every, cron, after and on");
        if (form.Every is { } every && (every < TimeSpan.FromSeconds(1) || every.Ticks % TimeSpan.TicksPerSecond != 0))
            context.Add(map["every"]!.At, "every takes whole seconds, one at least");
        if (form.TimeZone is not null && form.Cron is null)
            context.Add(map["time_zone"]!.At, "time_zone belongs to cron");
        if (form.Priority is < 1 or > 10)
            context.Add(map["priority"]!.At, "priority is a number from 1 to 10, and 5 when left out");
        return new Schedule
        {
            Every = form.Every, Cron = form.Cron, TimeZone = form.TimeZone, After = form.After, On = form.On, Priority = form.Priority ?? UsualPriority,
        };
    }

    private sealed record Form
    {
        public TimeSpan? Every { get; init; }

        public string? Cron { get; init; }

        public string? TimeZone { get; init; }

        public IReadOnlyList<string> After { get; init; } = [];

        public string? On { get; init; }

        public int? Priority { get; init; }
    }
}
