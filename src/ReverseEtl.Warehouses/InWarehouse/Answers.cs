using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;

namespace ReverseEtl.Warehouses.InWarehouse;

/// <summary>What became of a plan's rows: says it in SQL, as conditions on the plan's row <c>p</c>, with the exceptions in a table.</summary>
internal sealed class Answers(SyncSpace space, SyncMode mode, PlanSummary plan, IReadOnlyList<JournalEntry> journal, IReadOnlyList<RowException> exceptions)
{
    private const int Page = 10_000;

    // Few instants, as they are ends of a day or of quiet hours: a row has the place of its own.
    private readonly List<DateTimeOffset> _dues = [.. exceptions.Select(exception => exception.Outcome.Due).OfType<DateTimeOffset>().Distinct()];

    private readonly IReadOnlyList<Operation> _asked = [.. SyncModes.InOrder.Where(operation => mode.KindsFor(operation).Count > 0)];

    /// <summary>The table, where a row has another answer than that it was accepted; null where there is none.</summary>
    public string? Table => exceptions.Count == 0 ? null : space.Tables.Answers;

    /// <summary>Every operation of the row stands in a done batch, and it is no exception.</summary>
    public string Accepted
    {
        get
        {
            var accepted = Kinds;
            if (!IsAllDone)
                accepted += string.Concat(_asked.Select(operation => $" and (not {Asks(operation)} or {IsDone(operation)})"));
            return exceptions.Count == 0 ? accepted : $"{accepted} and p.seq not in (select seq from {space.Tables.Answers})";
        }
    }

    /// <summary>Some operation of the row stands in a done batch.</summary>
    public string Offered => IsAllDone ? Kinds : $"({string.Join(" or ", _asked.Select(operation => $"({Asks(operation)} and {IsDone(operation)})"))})";

    /// <summary>The row was to be removed and sent anew, and only the removal was offered; null where that is so of none.</summary>
    public string? OnlyRemoved => IsAllDone ? null : $"(p.kind = {(int)ChangeKind.Replace} and not {IsDone(Operation.Upsert)})";

    /// <summary>When an answer's row is due again, where that is known, by the answer <c>a</c>; null where it is known of none.</summary>
    public string? Due => _dues.Count == 0 ? null : $"case a.due {string.Join(' ', _dues.Select((due, at) => $"when {at} then {space.Sql.Instant(due)}"))} end";

    /// <summary>The rows in doubt that later plans must leave out.</summary>
    public string Held => $"p.seq in (select seq from {space.Tables.Answers} where held)";

    /// <summary>The rows in doubt that the next plan tells of.</summary>
    public string Doubtful => $"p.seq in (select seq from {space.Tables.Answers} where outcome = '{HistoryOutcome.Unknown}' and not held)";

    /// <summary>True where the next plan is to tell of rows in doubt.</summary>
    public bool HasDoubtful(IReadOnlyList<long> held) => mode.TellsOfChanges() && Gravest.Any(exception => exception.Outcome.Kind is OutcomeKind.Unknown && !held.Contains(exception.Seq));

    /// <summary>Writes the exceptions into their table, in place of any that are there.</summary>
    /// <param name="held">Numbers of rows that later plans must leave out.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task WriteAsync(IReadOnlyList<long> held, CancellationToken cancellationToken)
    {
        if (exceptions.Count == 0)
            return;
        var text = space.Sql.StorageOf(FieldType.Text);
        await space.TransactAsync(
            [
                $"drop table if exists {space.Tables.Answers}",
                $"{space.Sql.CreateScratch} {space.Tables.Answers} (seq bigint, outcome {text}, code {text}, message {text}, held boolean, due bigint, put_off boolean)",
            ],
            cancellationToken);
        await space.Session.FillAsync(space.Tables.Answers, Pages(held.ToHashSet()), cancellationToken);
    }

    // A row that is removed and sent anew may have two answers.
    private IEnumerable<RowException> Gravest => exceptions
        .GroupBy(exception => exception.Seq)
        .Select(row => row.FirstOrDefault(exception => exception.Outcome.Kind is OutcomeKind.Unknown) ?? row.First());

    private bool IsAllDone => journal.Where(entry => entry.Done).Sum(entry => (long)entry.Rows) >= Planned;

    private long Planned => Of(ChangeKind.Add, plan.Added) + Of(ChangeKind.Change, plan.Changed - plan.Replaced) + Of(ChangeKind.Replace, plan.Replaced)
        + Of(ChangeKind.Remove, plan.Removed) + Of(ChangeKind.Resend, plan.Resent);

    private string Kinds => PlanRowsSql.InKinds("p.kind", _asked.SelectMany(operation => mode.KindsFor(operation)).Distinct());

    private long Of(ChangeKind kind, long rows) => rows * mode.OperationsFor(kind).Count;

    private string Asks(Operation operation) => PlanRowsSql.InKinds("p.kind", mode.KindsFor(operation));

    // Batches of an operation follow each other without a gap, so that done ones in a row are one range.
    private string IsDone(Operation operation)
    {
        var ranges = new List<(long From, long To)>();
        var goesOn = false;
        foreach (var entry in journal.Where(entry => entry.Operation == operation).OrderBy(entry => entry.SeqFrom))
        {
            if (entry.Done && goesOn)
                ranges[^1] = (ranges[^1].From, entry.SeqTo);
            else if (entry.Done)
                ranges.Add((entry.SeqFrom, entry.SeqTo));
            goesOn = entry.Done;
        }

        return ranges.Count == 0 ? "false" : $"({string.Join(" or ", ranges.Select(range => $"p.seq between {range.From} and {range.To}"))})";
    }

    private IEnumerable<RowPage> Pages(HashSet<long> held)
    {
        foreach (var part in Gravest.Chunk(Page))
        {
            using var seq = new FieldColumnBuilder("seq", FieldType.Integer);
            using var outcome = new FieldColumnBuilder("outcome", FieldType.Text);
            using var code = new FieldColumnBuilder("code", FieldType.Text);
            using var message = new FieldColumnBuilder("message", FieldType.Text);
            using var isHeld = new FieldColumnBuilder("held", FieldType.Boolean);
            using var due = new FieldColumnBuilder("due", FieldType.Integer);
            using var isPutOff = new FieldColumnBuilder("put_off", FieldType.Boolean);
            foreach (var exception in part)
            {
                seq.AppendFixed(exception.Seq);
                outcome.AppendText(exception.Outcome.Kind is OutcomeKind.Unknown ? HistoryOutcome.Unknown : HistoryOutcome.Rejected);
                code.AppendText(Storable(exception.Outcome.Code));
                message.AppendText(Storable(exception.Outcome.Message));
                isHeld.AppendFixed(held.Contains(exception.Seq) ? 1 : 0);
                if (exception.Outcome.Due is { } known)
                    due.AppendFixed(_dues.IndexOf(known));
                else
                    due.AppendNull();
                isPutOff.AppendFixed(exception.Outcome.IsPutOff ? 1 : 0);
            }

            yield return new RowPage([seq.Build(), outcome.Build(), code.Build(), message.Build(), isHeld.Build(), due.Build(), isPutOff.Build()], part.Length);
        }
    }

    // Not every warehouse stores the character 0.
    private static string? Storable(string? text) => text?.Replace('\0', '\uFFFD');
}
