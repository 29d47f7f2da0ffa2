using ReverseEtl.Core.Config;
using ReverseEtl.Core.Syncs;

namespace ReverseEtl.Core.Alerts;

/// <summary>A share or number of rows, or <c>off</c>.</summary>
/// <param name="Limit">The limit; null for off.</param>
public sealed record AlertLimit(Limit? Limit) : IConfigValue<AlertLimit>
{
    /// <inheritdoc/>
    public static string Schema => $$"""{"anyOf":[{{Syncs.Limit.Schema}},{"enum":["off",false]}]}""";

    /// <inheritdoc/>
    public static AlertLimit? Parse(ConfigNode node, BindContext context) => Off.Is(node) ? new AlertLimit((Limit?)null)
        : Limit.Parse(node, context) is { } limit ? new AlertLimit(limit) : null;
}

/// <summary>A duration, or <c>off</c>.</summary>
/// <param name="Age">The duration; null for off.</param>
public sealed record AlertAge(TimeSpan? Age) : IConfigValue<AlertAge>
{
    /// <inheritdoc/>
    public static string Schema => """{"anyOf":[{"type":"string","pattern":"^[0-9]+(ms|s|m|h|d)$"},{"enum":["off",false]}]}""";

    /// <inheritdoc/>
    public static AlertAge? Parse(ConfigNode node, BindContext context)
    {
        if (Off.Is(node))
            return new AlertAge((TimeSpan?)null);
        if (node is ScalarNode scalar && Duration.TryParse(scalar.Text, out var age) && age > TimeSpan.Zero)
            return new AlertAge(age);
        context.Add(node.At, $"this must be a duration such as 30m, 2h or 1d, or off, but is {node.Kind}");
        return null;
    }
}

/// <summary><c>alerts</c> of a sync's file: rules that override the project's one by one, or <c>off</c>.</summary>
/// <param name="Rules">The rules; null for off.</param>
public sealed record SyncAlertRules(AlertRules? Rules) : IConfigValue<SyncAlertRules>
{
    /// <inheritdoc/>
    public static string Schema => """{"anyOf":[{"type":"object"},{"enum":["off",false]}]}""";

    /// <inheritdoc/>
    public static SyncAlertRules? Parse(ConfigNode node, BindContext context)
    {
        if (Off.Is(node))
            return new SyncAlertRules((AlertRules?)null);
        if (node is not MapNode)
            context.Add(node.At, $"this must be off or an object such as {{ not_fresh: 2h }}, but is {node.Kind}");
        return node is MapNode map && Binder.Bind<AlertRules>(map, context) is { } rules ? new SyncAlertRules(rules) : null;
    }
}

/// <summary>YAML 1.1 has off for false, and people write either.</summary>
internal static class Off
{
    public static bool Is(ConfigNode node) => node is ScalarNode { Type: ScalarType.Text, Text: "off" } or ScalarNode { Type: ScalarType.Boolean, Text: "false" };
}
