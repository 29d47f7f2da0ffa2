using ReverseEtl.Core.Config;

namespace ReverseEtl.Core.Syncs;

/// <summary>When a sync runs: <c>{ every: 15m }</c>, <c>{ cron: "0 6 * * *" }</c>, <c>{ after: [other] }</c>, or <c>manual</c>.</summary>
public sealed record Schedule : IConfigValue<Schedule>
{
    /// <summary>From one start to the next.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>A cron expression of five fields.</summary>
    public string? Cron { get; init; }

    /// <summary>The IANA time zone of <see cref="Cron"/>; UTC when left out.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Runs when all of these syncs have succeeded.</summary>
    public IReadOnlyList<string> After { get; init; } = [];

    /// <inheritdoc/>
    public static string Schema => """
        {"anyOf":[{"const":"manual"},{"type":"object","additionalProperties":false,"minProperties":1,"properties":{
          "every":{"type":"string","pattern":"^[0-9]+(ms|s|m|h|d)$"},"cron":{"type":"string"},"time_zone":{"type":"string"},
          "after":{"anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"}}]}}}]}
        """;

    /// <inheritdoc/>
    public static Schedule? Parse(ConfigNode node, BindContext context)
    {
        if (node is ScalarNode { Text: "manual" })
            return new Schedule();
        if (node is not MapNode map)
        {
            context.Add(node.At, $"this must be manual, or one of every, cron and after, but is {node.Kind}");
            return null;
        }

        if (Binder.Bind<Form>(map, context) is not { } form)
            return null;
        if (new[] { form.Every is not null, form.Cron is not null, form.After.Count > 0 }.Count(given => given) != 1)
            context.Add(node.At, "give one of every, cron and after");
        return new Schedule { Every = form.Every, Cron = form.Cron, TimeZone = form.TimeZone, After = form.After };
    }

    private sealed record Form
    {
        public TimeSpan? Every { get; init; }

        public string? Cron { get; init; }

        public string? TimeZone { get; init; }

        public IReadOnlyList<string> After { get; init; } = [];
    }
}
