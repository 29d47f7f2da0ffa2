namespace ReverseEtl.Core.Alerts;

/// <summary>
/// Something that is wrong with a sync, from the run that showed it first until one shows that it is over, and who was told of it. It is
/// kept before anybody is told, and forgotten when all who were told know that it is over.
/// </summary>
public sealed record Incident
{
    /// <summary>How long whoever wrote the incident has to tell of it, before somebody else does.</summary>
    public static readonly TimeSpan Turn = TimeSpan.FromMinutes(1);

    /// <summary>How long it is tried to tell that it is over.</summary>
    private static readonly TimeSpan Afterwards = TimeSpan.FromDays(1);

    /// <summary>The sync.</summary>
    public required string Sync { get; init; }

    /// <summary>What is wrong.</summary>
    public required AlertTrigger Trigger { get; init; }

    /// <summary>The same with its numbers, as they were last seen; once it is over, what shows that.</summary>
    public required string Text { get; init; }

    /// <summary>The run that showed it last; null where the lack of one does.</summary>
    public string? RunId { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When it was last seen.</summary>
    public required DateTimeOffset LastAt { get; init; }

    /// <summary>In how many runs.</summary>
    public int Runs { get; init; }

    /// <summary>Since when it is over; null while it is not.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Who is told, by channel.</summary>
    public IReadOnlyDictionary<string, Telling> Channels { get; init; } = new Dictionary<string, Telling>();

    /// <summary>What it is kept under: one for each sync and trigger.</summary>
    public string Key => KeyOf(Sync, Trigger);

    /// <inheritdoc cref="Key"/>
    public static string KeyOf(string sync, AlertTrigger trigger) => $"{sync}/{trigger}";

    /// <summary>A new one.</summary>
    public static Incident Open(SyncAlerts alerts, Finding finding, string? runId, DateTimeOffset now) => new()
    {
        Sync = alerts.Sync,
        Trigger = finding.Trigger,
        Text = finding.Text,
        RunId = runId,
        OpenedAt = now,
        LastAt = now,
        Runs = runId is null ? 0 : 1,
        Channels = alerts.To.ToDictionary(channel => channel, _ => new Telling { NextTry = now + Turn }, StringComparer.Ordinal),
    };

    /// <summary>It is still so, or again.</summary>
    public Incident SeenAgain(Finding finding, string? runId, DateTimeOffset now) => this with
    {
        Text = finding.Text,
        RunId = runId ?? RunId,
        LastAt = now,
        Runs = Runs + (runId is null || runId == RunId ? 0 : 1),
        ClosedAt = null,
        // Who has heard that it is over hears of it again.
        Channels = Each(telling => telling.Recovered is null ? telling : new Telling { NextTry = now + Turn }),
    };

    /// <summary>It is over.</summary>
    /// <param name="text">What shows that.</param>
    /// <param name="now">When.</param>
    /// <param name="isTold">Whether a channel hears of it.</param>
    public Incident Close(string text, DateTimeOffset now, Func<string, bool> isTold) => ClosedAt is not null ? this : this with
    {
        Text = text,
        ClosedAt = now,
        Channels = Channels.ToDictionary(
            pair => pair.Key,
            pair => pair.Value.Told is null ? pair.Value
                : pair.Value with { NextTry = now + Turn, Failures = 0, Error = null, Recovered = isTold(pair.Key) ? null : now },
            StringComparer.Ordinal),
    };

    /// <summary>The channels that have not heard how it stands.</summary>
    public IReadOnlyList<string> Untold => [.. Channels.Where(pair => ClosedAt is null ? pair.Value.Told is null : pair.Value is { Told: not null, Recovered: null }).Select(pair => pair.Key)];

    /// <summary>Those of them whose turn nobody has.</summary>
    public IReadOnlyList<string> Due(DateTimeOffset now) => [.. Untold.Where(channel => Channels[channel].NextTry <= now)];

    /// <summary>Takes the turn to tell some channels.</summary>
    public Incident Claim(IReadOnlyCollection<string> channels, DateTimeOffset now) => this with
    {
        Channels = Channels.ToDictionary(
            pair => pair.Key, pair => channels.Contains(pair.Key) ? pair.Value with { NextTry = now + Turn } : pair.Value, StringComparer.Ordinal),
    };

    /// <summary>What came of telling a channel.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="wasRecovery">True where it was told that it is over.</param>
    /// <param name="error">Why it could not be told; null where it was.</param>
    /// <param name="now">When.</param>
    public Incident After(string channel, bool wasRecovery, string? error, DateTimeOffset now)
    {
        if (!Channels.TryGetValue(channel, out var known))
            return this;
        var told = error is not null ? known.Failed(error, now)
            : wasRecovery ? known with { Recovered = now, Error = null }
            // One that closed meanwhile is told of that at the next turn.
            : known with { Told = now, Error = null, NextTry = now };
        return this with { Channels = new Dictionary<string, Telling>(Channels, StringComparer.Ordinal) { [channel] = told } };
    }

    /// <summary>Without a channel that is no more.</summary>
    public Incident Without(string channel) => this with { Channels = Channels.Where(pair => pair.Key != channel).ToDictionary(StringComparer.Ordinal) };

    /// <summary>True where it can be forgotten.</summary>
    public bool IsOver(DateTimeOffset now) => ClosedAt is { } closed && (now > closed + Afterwards
        || Channels.Values.All(telling => telling.Told is null ? telling.NextTry <= now || telling.Failures > 0 : telling.Recovered is not null));

    private Dictionary<string, Telling> Each(Func<Telling, Telling> change) =>
        Channels.ToDictionary(pair => pair.Key, pair => change(pair.Value), StringComparer.Ordinal);
}

/// <summary>What one channel knows of an incident.</summary>
public sealed record Telling
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>When it was told; null where it was not.</summary>
    public DateTimeOffset? Told { get; init; }

    /// <summary>When it was told that it is over, or would have been.</summary>
    public DateTimeOffset? Recovered { get; init; }

    /// <summary>When it is next tried, unless it was told.</summary>
    public required DateTimeOffset NextTry { get; init; }

    /// <summary>How often it was tried in vain.</summary>
    public int Failures { get; init; }

    /// <summary>Why it could not be told, the last time.</summary>
    public string? Error { get; init; }

    /// <summary>It could not be told.</summary>
    internal Telling Failed(string error, DateTimeOffset now)
    {
        var wait = TimeSpan.FromMinutes(Math.Pow(2, Math.Min(Failures, 10)));
        return this with { Failures = Failures + 1, Error = error, NextTry = now + (wait < LongestWait ? wait : LongestWait) };
    }
}
