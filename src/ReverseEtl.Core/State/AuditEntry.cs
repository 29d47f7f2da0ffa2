namespace ReverseEtl.Core.State;

/// <summary>
/// What a person ordered beyond the ordinary run: a guard overridden, everything sent again, rows in doubt settled. It tells of keys
/// and counts, never of a row's other values.
/// </summary>
/// <param name="At">When it was ordered.</param>
/// <param name="Sync">The sync.</param>
/// <param name="RunId">The run it was ordered for, or null.</param>
/// <param name="Who">Who ordered it: user, host and process.</param>
/// <param name="Action">What, as one word: <c>allow-removed</c>, <c>resolve</c>, ...</param>
/// <param name="Detail">How far: <c>--allow-removed 60%</c>.</param>
public sealed record AuditEntry(DateTimeOffset At, string Sync, string? RunId, string Who, string Action, string Detail);
