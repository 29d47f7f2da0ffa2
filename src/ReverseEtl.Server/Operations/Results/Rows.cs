using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;

namespace ReverseEtl.Server.Operations.Results;

/// <summary>Rows of a sync that are not delivered.</summary>
/// <param name="Sync">The sync.</param>
/// <param name="Count">How many were refused and not accepted since.</param>
/// <param name="Rejected">Those shown, the latest first.</param>
/// <param name="Quarantined">Rows that cannot be sent.</param>
internal sealed record RejectedList(string Sync, long Count, IReadOnlyList<RejectedResult> Rejected, IReadOnlyList<QuarantinedRow> Quarantined);

/// <summary>A row that the destination refused.</summary>
/// <param name="Key">Its key as text.</param>
/// <param name="Code">The latest code.</param>
/// <param name="Message">The latest message.</param>
/// <param name="Attempts">In how many runs it was refused.</param>
/// <param name="FirstAt">When first.</param>
/// <param name="LastAt">When last.</param>
internal sealed record RejectedResult(string Key, string Code, string Message, int Attempts, DateTimeOffset FirstAt, DateTimeOffset LastAt);

/// <summary>What a destination was told, newest first.</summary>
/// <param name="Sync">The sync.</param>
/// <param name="Entries">The entries.</param>
internal sealed record HistoryList(string Sync, IReadOnlyList<HistoryResult> Entries);

/// <summary>One thing that a destination was told of a row, and what it answered.</summary>
/// <param name="At">From when it counts as told.</param>
/// <param name="RunId">The run that told it.</param>
/// <param name="Kind">What was told: add, change, replace, resend, remove.</param>
/// <param name="Key">The row's key as text.</param>
/// <param name="Outcome">What became of it: accepted, rejected, unknown, not_arrived.</param>
/// <param name="Code">The destination's code for a refusal, or that a person settled it.</param>
/// <param name="Message">What the destination said of a refusal.</param>
internal sealed record HistoryResult(DateTimeOffset At, string RunId, string Kind, string Key, string Outcome, string? Code, string? Message)
{
    /// <summary>An entry of a history.</summary>
    public static HistoryResult Of(HistoryEntry entry) => new(entry.At, entry.RunId, entry.Kind, entry.Key, entry.Outcome, entry.Code, entry.Message);
}

/// <summary>Who was in a destination at an instant.</summary>
/// <param name="Sync">The sync.</param>
/// <param name="AsOf">The instant.</param>
/// <param name="Count">How many rows.</param>
/// <param name="Keys">The first of them, by key.</param>
internal sealed record MemberList(string Sync, DateTimeOffset AsOf, long Count, IReadOnlyList<string> Keys);

/// <summary>Rows that were sent and never answered for.</summary>
/// <param name="Sync">The sync.</param>
/// <param name="Unknown">The rows.</param>
internal sealed record UnknownList(string Sync, IReadOnlyList<HeldRow> Unknown);

/// <summary>Rows in doubt that were settled.</summary>
/// <param name="Sync">The sync.</param>
/// <param name="Resolved">How many.</param>
internal sealed record ResolvedResult(string Sync, int Resolved);

/// <summary>What people ordered, the latest first.</summary>
/// <param name="Audit">The orders.</param>
internal sealed record AuditList(IReadOnlyList<AuditResult> Audit);

/// <summary>What a person ordered.</summary>
/// <param name="At">When.</param>
/// <param name="Sync">The sync; empty where it is for the project as a whole.</param>
/// <param name="RunId">The run that it was ordered for.</param>
/// <param name="Who">Who ordered it.</param>
/// <param name="Action">What, as one word.</param>
/// <param name="Detail">How far.</param>
internal sealed record AuditResult(DateTimeOffset At, string Sync, string? RunId, string Who, string Action, string Detail)
{
    /// <summary>An entry of the audit.</summary>
    public static AuditResult Of(AuditEntry entry) => new(entry.At, entry.Sync, entry.RunId, entry.Who, entry.Action, entry.Detail);
}
