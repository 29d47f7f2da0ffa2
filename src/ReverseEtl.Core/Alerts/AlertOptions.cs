using System.ComponentModel;

namespace ReverseEtl.Core.Alerts;

/// <summary>Who is told when a sync is not as it should be, and when that is.</summary>
public sealed record AlertOptions
{
    [Description("Where alerts go, by name.")]
    public IReadOnlyDictionary<string, AlertChannelOptions> Channels { get; init; } = new Dictionary<string, AlertChannelOptions>();

    [Description("What holds for all syncs; a sync's file may override single entries under alerts.")]
    public AlertRules Default { get; init; } = new();
}

/// <summary>What every channel's entry has.</summary>
public abstract record AlertChannelOptions
{
    [Description("The kind of channel.")]
    public required string Type { get; init; }

    /// <summary>What is wrong with the options, in one sentence; null where nothing is.</summary>
    public virtual string? Problem() => null;
}

/// <summary>When somebody is told, and who. What is left out is not said: for a sync the project's entry holds then.</summary>
public sealed record AlertRules
{
    [Description("The channels to tell; all of them when left out.")]
    public IReadOnlyList<string>? To { get; init; }

    [Description("A run failed; true when left out.")]
    public bool? Failed { get; init; }

    [Description("A guard stopped a run; true when left out.")]
    public bool? Stopped { get; init; }

    [Description("More rows of a run were rejected than this share (5%) or number; off when left out.")]
    public AlertLimit? Rejected { get; init; }

    [Description("No run has delivered for this long; off when left out. The project's entry is for syncs with a schedule.")]
    public AlertAge? NotFresh { get; init; }

    [Description("The model has more or fewer rows than the median of the last ten runs, by this share (50%) or number; off when left out.")]
    public AlertLimit? Rows { get; init; }

    [Description("Also tell when all is well again; true when left out.")]
    public bool? Recovered { get; init; }
}
