using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.Server.Operations.Json;
using ReverseEtl.Server.Operations.Results;

namespace ReverseEtl.Server.Operations;

/// <summary>Everything that is known of one row of a sync.</summary>
/// <param name="Sync">The sync.</param>
/// <param name="Key">The row's key as text.</param>
/// <param name="Entries">Its history, newest first.</param>
internal sealed record Explanation(string Sync, string Key, IReadOnlyList<HistoryEntry> Entries)
{
    /// <summary>How the row stands now; null where that cannot be looked at.</summary>
    public RowState? State { get; init; }

    /// <summary>Why it cannot be looked at.</summary>
    public string? Unavailable { get; init; }

    /// <summary>The model's columns as the destination was last told them.</summary>
    public IReadOnlyList<FieldColumn> SentColumns { get; init; } = [];

    /// <summary>The same as fields; null where the mapping was another one then, or nothing was sent.</summary>
    public IReadOnlyList<FieldColumn>? SentFields { get; init; }

    /// <summary>The sync's latest run.</summary>
    public RunRecord? LastRun { get; init; }

    /// <summary>The sync's interrupted run.</summary>
    public string? OpenRun { get; init; }

    /// <summary>The latest entry, whatever was answered.</summary>
    public HistoryEntry? Latest => Entries.Count > 0 ? Entries[0] : null;

    /// <summary>The latest entry that the destination accepted.</summary>
    public HistoryEntry? LastSent => Entries.FirstOrDefault(entry => entry.IsAccepted);

    /// <summary>The entry since which the row is in, or out.</summary>
    public HistoryEntry? Since => Entries.Where(entry => entry.IsAccepted).TakeWhile(entry => entry.IsRemoval == LastSent!.IsRemoval).LastOrDefault();

    /// <summary>The entry that has the values of <see cref="LastSent"/>: what a person settled was sent by an earlier run.</summary>
    public HistoryEntry? Told => LastSent is { IsRemoval: false } sent
        ? Entries.FirstOrDefault(entry => entry.Shape is not null && entry.RowHash == sent.RowHash && entry.At <= sent.At)
        : null;

    /// <summary>False where nobody has ever heard of the row.</summary>
    public bool IsKnown => Entries.Count > 0 || State is { ModelRows: > 0 } or { IsTold: true } or { Held: not null } or { Refused: not null };

    /// <summary>The fields that the next run changes; null where it is not known what was sent.</summary>
    public IReadOnlyList<(FieldColumn New, FieldColumn? Old)>? Changes => State?.Next is { } next && SentFields is not null && next.Kind(0) is ChangeKind.Change or ChangeKind.Replace
        ? [.. next.Fields
            .Select(now => (New: now, Old: SentFields.FirstOrDefault(sent => sent.Name == now.Name)))
            .Where(pair => pair.Old is null || pair.New.Text(0) != pair.Old.Text(0))]
        : null;

    /// <summary>What the next run does with the row, in a word; null where that is not known.</summary>
    public string? NextWord => State switch
    {
        null or { ModelRows: null } => null,
        { Next: { } next } => next.Kind(0).ToString().ToLowerInvariant(),
        _ => "nothing",
    };

    /// <summary>The same to print, or to send.</summary>
    public ExplanationResult ToResult() => new()
    {
        Sync = Sync,
        Key = Key,
        Known = IsKnown,
        Unavailable = Unavailable,
        ModelRows = State?.ModelRows,
        InModel = State?.ModelRows is { } rows ? rows > 0 : null,
        Fields = FieldsOf(State?.Fields),
        Told = State?.IsTold,
        Member = Since is { } since ? new MemberResult(!since.IsRemoval, since.At, since.RunId) : null,
        LastSent = AnswerOf(LastSent),
        SentColumns = FieldsOf(SentColumns),
        SentFields = FieldsOf(SentFields),
        LastAnswer = AnswerOf(Latest),
        Refused = State?.Refused is { } refused ? new RefusedResult(refused.Attempts, refused.Due, State.IsWaiting) : null,
        Held = State?.Held,
        Quarantined = State?.Quarantined,
        Next = NextWord,
        Changes = Changes is { } changes ? [.. changes.Select(ChangeOf)] : null,
        Guard = LastRun is { Status: RunStatus.Stopped } stopped ? stopped.Guard : null,
        OpenRun = OpenRun,
    };

    private static FieldChange ChangeOf((FieldColumn New, FieldColumn? Old) change) =>
        new(change.New.Name, change.Old is { } old ? RawJson.Of(old, 0) : new RawJson(null), RawJson.Of(change.New, 0));

    private static RawJson FieldsOf(IReadOnlyList<FieldColumn>? fields) => fields is { Count: > 0 } ? RawJson.Of(fields, 0) : default;

    private static AnswerResult? AnswerOf(HistoryEntry? entry) =>
        entry is null ? null : new AnswerResult(entry.At, entry.RunId, entry.Kind, entry.Outcome, entry.Code, entry.Message);
}
