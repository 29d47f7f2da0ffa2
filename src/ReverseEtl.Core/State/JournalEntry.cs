using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Core.State;

/// <summary>
/// One batch of a run: all rows of the plan from <paramref name="SeqFrom"/> to <paramref name="SeqTo"/> that ask for
/// <paramref name="Operation"/>.
/// </summary>
/// <param name="RunId">The run.</param>
/// <param name="Operation">What the batch asks for.</param>
/// <param name="SeqFrom">The first row's number in the plan.</param>
/// <param name="SeqTo">The last row's number, inclusive.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Done">False from the moment before the batch is sent until its answer is recorded.</param>
public sealed record JournalEntry(string RunId, Operation Operation, long SeqFrom, long SeqTo, int Rows, bool Done)
{
    /// <summary>True where the batch was taken back: it is known that nothing of it arrived, so it may be sent whatever the destination.</summary>
    public bool Withdrawn { get; init; }

    /// <summary>What the destination itself counted, as <see cref="Counters"/> has it; null where it tells of rows.</summary>
    public string? Reported { get; init; }
}

/// <summary>A row of a done batch that was not accepted.</summary>
/// <param name="Seq">Its number in the plan.</param>
/// <param name="Key">Its key as text.</param>
/// <param name="Outcome">Rejected or unknown, with code and message.</param>
public sealed record RowException(long Seq, string Key, RowOutcome Outcome);

/// <summary>A row that the destination refused and has not accepted since.</summary>
/// <param name="Key">Its key as text.</param>
/// <param name="Code">The latest code.</param>
/// <param name="Message">The latest message.</param>
/// <param name="Attempts">In how many runs it was refused.</param>
/// <param name="FirstAt">When first (UTC).</param>
/// <param name="LastAt">When last (UTC).</param>
public sealed record RejectedRow(string Key, string Code, string Message, int Attempts, DateTimeOffset FirstAt, DateTimeOffset LastAt);

/// <summary>A row that is never sent and never taken for removed.</summary>
/// <param name="Key">Its key as text.</param>
/// <param name="Reason"><c>null key</c> or <c>duplicate key</c>.</param>
/// <param name="Rows">How many rows of the model have this key.</param>
public sealed record QuarantinedRow(string Key, string Reason, long Rows);
