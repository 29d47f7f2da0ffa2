using ReverseEtl.Core.Config;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.Syncs;

namespace ReverseEtl.Core.Alerts;

/// <summary>What is told of one sync, and to whom: the project's rules with the sync's own over them.</summary>
public sealed record SyncAlerts
{
    /// <summary>The sync's name.</summary>
    public required string Sync { get; init; }

    /// <summary>The channels; none where only <c>cdp alerts</c> shows incidents.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    /// <summary>Whether a failed run is told of.</summary>
    public bool Failed { get; init; }

    /// <summary>Whether a run that a guard stopped is told of.</summary>
    public bool Stopped { get; init; }

    /// <summary>Rejected rows from which on they are told of; null for never.</summary>
    public Limit? Rejected { get; init; }

    /// <summary>How old the last delivery may be; null for any age.</summary>
    public TimeSpan? NotFresh { get; init; }

    /// <summary>How far the model's rows may be off the usual number; null for any.</summary>
    public Limit? Rows { get; init; }

    /// <summary>Whether those who were told hear when it is over.</summary>
    public bool Recovered { get; init; }

    /// <summary>The rules of a sync. Nothing is told where the project has no alerts, or the sync says off.</summary>
    public static SyncAlerts Of(Sync sync, AlertOptions? options)
    {
        if (options is null || sync.File.Alerts is { Rules: null })
            return new SyncAlerts { Sync = sync.Name };
        var (own, all) = (sync.File.Alerts?.Rules ?? new AlertRules(), options.Default);
        return new SyncAlerts
        {
            Sync = sync.Name,
            To = own.To ?? all.To ?? [.. options.Channels.Keys],
            Failed = own.Failed ?? all.Failed ?? true,
            Stopped = own.Stopped ?? all.Stopped ?? true,
            Rejected = (own.Rejected ?? all.Rejected)?.Limit,
            // One that is run by hand is as fresh as people want it, unless it says otherwise itself.
            NotFresh = (own.NotFresh ?? (IsScheduled(sync) ? all.NotFresh : null))?.Age,
            Rows = (own.Rows ?? all.Rows)?.Limit,
            Recovered = own.Recovered ?? all.Recovered ?? true,
        };
    }

    /// <summary>True where a trigger is one that is told of.</summary>
    public bool Watches(AlertTrigger trigger) => trigger switch
    {
        AlertTrigger.Failed => Failed,
        AlertTrigger.Stopped => Stopped,
        AlertTrigger.Rejected => Rejected is not null,
        AlertTrigger.NotFresh => NotFresh is not null,
        _ => Rows is not null,
    };

    /// <summary>Names that stand for no channel are reported where they are written.</summary>
    internal static void CheckNames(ConfigNode? to, IReadOnlyCollection<string> channels, List<Problem> problems)
    {
        IEnumerable<ConfigNode> named = to switch { ListNode list => list.Items, null => [], var one => [one] };
        foreach (var name in named.OfType<ScalarNode>().Where(name => name.Type is not ScalarType.Null && !channels.Contains(name.Text)))
            problems.Add(new Problem(name.At, $"there is no channel \"{name.Text}\" in alerts.channels of {ProjectLoader.ConfigFile}{Nearest.Hint(name.Text, channels)}"));
    }

    private static bool IsScheduled(Sync sync) => sync.File.Schedule is not (null or { Every: null, Cron: null, After.Count: 0 });
}

/// <summary>What may be wrong with a sync.</summary>
public enum AlertTrigger
{
    /// <summary>A run failed.</summary>
    Failed,

    /// <summary>A guard stopped a run.</summary>
    Stopped,

    /// <summary>Too many rows were rejected.</summary>
    Rejected,

    /// <summary>No run has delivered for too long.</summary>
    NotFresh,

    /// <summary>The model has far more or fewer rows than it had.</summary>
    Rows,
}
