using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using ReverseEtl.Core.State;
using ReverseEtl.Server.Operations.Results;
using ReverseEtl.Server.Scheduling;

namespace ReverseEtl.Server.Api;

/// <summary>The project that the service runs.</summary>
/// <param name="Project">Its name.</param>
/// <param name="Environment">The environment; null for the one of the file.</param>
/// <param name="LoadedAt">When the files that count were read.</param>
/// <param name="Problems">What is wrong with the files since, which keeps them from being taken.</param>
internal sealed record ProjectAnswer(string Project, string? Environment, DateTimeOffset LoadedAt, IReadOnlyList<ProblemResult> Problems);

/// <summary>How a sync stands, and when it runs.</summary>
internal sealed record SyncAnswer : SyncStanding
{
    public SyncAnswer()
    {
    }

    /// <summary>A sync.</summary>
    [SetsRequiredMembers]
    public SyncAnswer(SyncStanding standing, SyncTiming timing)
        : base(standing) => (Schedule, Next, Paused) = (timing.Schedule, timing.Next, timing.Paused);

    /// <summary>Its schedule in words.</summary>
    [JsonPropertyOrder(1)]
    public required string Schedule { get; init; }

    /// <summary>When it is next due by the clock; null where it waits for something else, or is paused.</summary>
    [JsonPropertyOrder(1)]
    public required DateTimeOffset? Next { get; init; }

    /// <summary>Its pause; null where it is not paused.</summary>
    [JsonPropertyOrder(1)]
    public required Pause? Paused { get; init; }
}

/// <summary>A sync's schedule, after it was paused or resumed.</summary>
/// <param name="Sync">The sync.</param>
/// <param name="Schedule">Its schedule in words.</param>
/// <param name="Next">When it is next due by the clock.</param>
/// <param name="Paused">Its pause; null where it is not paused.</param>
internal sealed record TimingAnswer(string Sync, string Schedule, DateTimeOffset? Next, Pause? Paused)
{
    /// <summary>A sync's schedule.</summary>
    public static TimingAnswer Of(string sync, SyncTiming timing) => new(sync, timing.Schedule, timing.Next, timing.Paused);
}

/// <summary>A run that was taken back or told to stop.</summary>
/// <param name="Sync">Its sync.</param>
/// <param name="Cancelled">Always true.</param>
internal sealed record CancelAnswer(string Sync, bool Cancelled);

/// <summary>How far a run is.</summary>
internal enum RunPhase
{
    /// <summary>Asked for, and not begun.</summary>
    Queued,

    /// <summary>Under way.</summary>
    Running,

    /// <summary>Begun and not finished, and nobody works on it: the sync's next run finishes it.</summary>
    Interrupted,

    /// <summary>Every change was accepted.</summary>
    Succeeded,

    /// <summary>Some rows remain undelivered.</summary>
    Partial,

    /// <summary>A guard stopped it.</summary>
    Stopped,

    /// <summary>It could not begin, or could not go on.</summary>
    Failed,

    /// <summary>There was nothing to send.</summary>
    Unchanged,
}

/// <summary>A run, from when it is asked for.</summary>
/// <param name="RunId">Its id.</param>
/// <param name="Sync">Its sync.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Request">Who asked for it; null once it has begun.</param>
/// <param name="Run">The run; null until it has begun.</param>
internal sealed record RunAnswer(string RunId, string Sync, RunPhase Status, RequestAnswer? Request, RunStanding? Run)
{
    /// <summary>A run that has begun.</summary>
    public static RunAnswer Of(RunStanding run) => new(run.RunId!, run.Sync, PhaseOf(run), null, run);

    /// <summary>A run that has not.</summary>
    public static RunAnswer Of(RequestedRun asked) => new(
        asked.RunId, asked.Sync, asked.Error is null ? RunPhase.Queued : RunPhase.Failed, new RequestAnswer(asked.At, asked.By, asked.Error), null);

    private static RunPhase PhaseOf(RunStanding run) => run.Status switch
    {
        RunStatus.Running => run.Interrupted ? RunPhase.Interrupted : RunPhase.Running,
        RunStatus.Succeeded => RunPhase.Succeeded,
        RunStatus.Partial => RunPhase.Partial,
        RunStatus.Stopped => RunPhase.Stopped,
        RunStatus.Unchanged => RunPhase.Unchanged,
        _ => RunPhase.Failed,
    };
}

/// <summary>How a run was asked for.</summary>
/// <param name="At">When.</param>
/// <param name="By">By whom.</param>
/// <param name="Error">Why it could not begin.</param>
internal sealed record RequestAnswer(DateTimeOffset At, string By, string? Error);

/// <summary>Runs that an event asked for.</summary>
/// <param name="Event">The event.</param>
/// <param name="Runs">The runs.</param>
internal sealed record EventAnswer(string Event, IReadOnlyList<RaisedRun> Runs);

/// <summary>A run that an event asked for.</summary>
/// <param name="Sync">Its sync.</param>
/// <param name="RunId">Its id.</param>
internal sealed record RaisedRun(string Sync, string RunId);
