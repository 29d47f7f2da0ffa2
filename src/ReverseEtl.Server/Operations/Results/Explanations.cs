using System.Text.Json.Serialization;
using ReverseEtl.Core.Planning;
using ReverseEtl.Server.Operations.Json;

namespace ReverseEtl.Server.Operations.Results;

/// <summary>Everything that is known of one row of a sync.</summary>
internal sealed record ExplanationResult
{
    public required string Sync { get; init; }

    /// <summary>The row's key as text.</summary>
    public required string Key { get; init; }

    /// <summary>False where nobody has ever heard of the row.</summary>
    public required bool Known { get; init; }

    /// <summary>Why the row cannot be looked at now, so that only its history is told.</summary>
    public required string? Unavailable { get; init; }

    /// <summary>True where the model has the row; null where that is not known.</summary>
    public required bool? InModel { get; init; }

    /// <summary>The mapped fields of the model's row; null where it has none.</summary>
    public required RawJson Fields { get; init; }

    /// <summary>True where the destination was told of the row; null where that is not known.</summary>
    public required bool? Told { get; init; }

    /// <summary>Since when the row is in, or out.</summary>
    public required MemberResult? Member { get; init; }

    /// <summary>What the destination last took.</summary>
    public required AnswerResult? LastSent { get; init; }

    /// <summary>The model's columns as the destination was last told them; null where nothing was.</summary>
    public required RawJson SentColumns { get; init; }

    /// <summary>The same as fields; null where the mapping was another one then, or nothing was sent.</summary>
    public required RawJson SentFields { get; init; }

    /// <summary>What the destination last answered.</summary>
    public required AnswerResult? LastAnswer { get; init; }

    /// <summary>The row's last refusal, where it was not accepted since.</summary>
    public required RefusedResult? Refused { get; init; }

    /// <summary>What was told of the row and never answered for.</summary>
    public required ChangeKind? Held { get; init; }

    /// <summary>Why the row cannot be sent.</summary>
    public required string? Quarantined { get; init; }

    /// <summary>What the next run tells of the row: add, change, replace, resend, remove, or nothing; null where that is not known.</summary>
    public required string? Next { get; init; }

    /// <summary>The fields that the next run changes; null where it is not known what was sent.</summary>
    public required IReadOnlyList<FieldChange>? Changes { get; init; }

    /// <summary>The guard that stopped the latest run.</summary>
    public required string? Guard { get; init; }

    /// <summary>The sync's interrupted run.</summary>
    public required string? OpenRun { get; init; }

    /// <summary>How often the row stands in the model.</summary>
    [NotPrinted]
    public required long? ModelRows { get; init; }

    /// <summary>True where it could be looked at how the row stands now.</summary>
    [JsonIgnore]
    public bool IsSeen => Told is not null;
}

/// <summary>Whether a row is in a destination.</summary>
/// <param name="In">True where it is.</param>
/// <param name="Since">Since when.</param>
/// <param name="RunId">By which run.</param>
internal sealed record MemberResult(bool In, DateTimeOffset Since, string RunId);

/// <summary>What a destination was told of a row, and what it answered.</summary>
/// <param name="At">From when it counts as told.</param>
/// <param name="RunId">The run that told it.</param>
/// <param name="Kind">What was told.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Code">The destination's code.</param>
/// <param name="Message">What the destination said.</param>
internal sealed record AnswerResult(DateTimeOffset At, string RunId, string Kind, string Outcome, string? Code, string? Message)
{
    /// <summary>True where the destination has what it was told.</summary>
    [JsonIgnore]
    public bool IsAccepted => Outcome == HistoryOutcome.Accepted;
}

/// <summary>A refusal.</summary>
/// <param name="Attempts">How often the row was refused.</param>
/// <param name="Due">When it is tried again; null for only when it changes.</param>
/// <param name="Waiting">True where it is as it was refused, and not due.</param>
internal sealed record RefusedResult(int Attempts, DateTimeOffset? Due, bool Waiting);

/// <summary>A field that changes.</summary>
/// <param name="Field">The field.</param>
/// <param name="Old">What was sent.</param>
/// <param name="New">What will be.</param>
internal sealed record FieldChange(string Field, RawJson Old, RawJson New);
