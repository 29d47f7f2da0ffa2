using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;

namespace ReverseEtl.State;

/// <summary>What every control store refuses, whatever it is built on, and in the same words.</summary>
internal static class Checks
{
    public static void Duration(TimeSpan duration) => ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);

    public static void Limit(int limit) => ArgumentOutOfRangeException.ThrowIfNegative(limit);

    public static void Run(Lease lease, RunRecord run, bool open)
    {
        if (run.Sync != lease.Sync)
            throw new ArgumentException($"run {run.RunId} is of sync {run.Sync}, the lease is on sync {lease.Sync}", nameof(run));
        if (open != (run.Status == RunStatus.Running))
            throw new ArgumentException(
                $"run {run.RunId} has status {run.Status}, which cannot {(open ? "begin" : "finish")} a run", nameof(run));
    }

    public static void Audit(Lease? lease, AuditEntry entry)
    {
        if (lease is not null && entry.Sync != lease.Sync)
            throw new ArgumentException($"the order is of sync {entry.Sync}, the lease is on sync {lease.Sync}", nameof(entry));
    }

    public static void Entry(JournalEntry entry)
    {
        if (entry.SeqFrom > entry.SeqTo || entry.Rows < 1 || entry.Rows > entry.SeqTo - entry.SeqFrom + 1)
            throw new ArgumentException($"{Name(entry)} cannot have {entry.Rows} rows", nameof(entry));
    }

    public static void Exceptions(JournalEntry entry, IReadOnlyList<RowException> exceptions)
    {
        foreach (var row in exceptions)
        {
            if (row.Seq < entry.SeqFrom || row.Seq > entry.SeqTo)
                throw new ArgumentException($"row {row.Seq} is not part of {Name(entry)}", nameof(exceptions));
            if (row.Outcome.Kind is not (OutcomeKind.Rejected or OutcomeKind.Unknown))
                throw new ArgumentException(
                    $"row {row.Seq} of {Name(entry)} is {row.Outcome.Kind}: only rejected and unknown rows are recorded",
                    nameof(exceptions));
        }
    }

    public static InvalidOperationException CannotBegin(RunRecord run, string? open) => new(open is null
        ? $"run {run.RunId} of sync {run.Sync} cannot begin: its id was used before"
        : $"run {run.RunId} of sync {run.Sync} cannot begin: run {open} is open and must be finished first");

    public static InvalidOperationException NotOpen(JournalEntry entry, string sync) =>
        new($"{Name(entry)} cannot be sent: sync {sync} has no open run of that id");

    public static InvalidOperationException OtherSync(string runId, string sync) => new($"run {runId} is not of sync {sync}");

    public static InvalidOperationException Overlap(JournalEntry entry, JournalEntry known) => new(
        $"{Name(entry)} must not be sent: its rows are part of {Name(known)}, "
        + $"which is {(known.Done ? "done" : "intended")} with {known.Rows} rows");

    public static InvalidOperationException NotIntended(JournalEntry entry) =>
        new($"{Name(entry)} cannot be done or taken back: it was never intended, or is done");

    public static InvalidOperationException Unanswered(RunRecord run, long batches) => new(
        $"run {run.RunId} of sync {run.Sync} cannot finish: {batches} of its batches are not done; record their outcome first");

    /// <summary>True where two entries are the same batch, done or not.</summary>
    public static bool IsSameBatch(JournalEntry one, JournalEntry other) => one with { Done = other.Done, Withdrawn = other.Withdrawn, Reported = other.Reported } == other;

    private static string Name(JournalEntry entry) => $"batch {entry.SeqFrom}-{entry.SeqTo} ({entry.Operation}) of run {entry.RunId}";
}
