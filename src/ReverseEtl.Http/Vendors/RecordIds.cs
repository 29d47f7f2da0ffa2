using System.Security.Cryptography;
using System.Text;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Vendors;

/// <summary>
/// The vendor's own ids of records that rows know by another value, such as an e-mail address: looked up in batches, and remembered under a
/// hash of the value. Removals look them up anew: whoever was deleted at the vendor and made again has another id, and the old one, as it is
/// not there, would count as removed.
/// </summary>
/// <param name="memory">The destination's memory.</param>
/// <param name="records">What the records are: <c>contacts</c>.</param>
/// <param name="field">The field that rows know them by: <c>email</c>.</param>
/// <param name="atOnce">Values per look-up at the most.</param>
/// <param name="look">Gives the ids of values that the vendor knows.</param>
public sealed class RecordIds(IDestinationMemory memory, string records, string field, int atOnce,
    Func<IReadOnlyList<string>, CancellationToken, ValueTask<IReadOnlyDictionary<string, string>>> look)
{
    private const string GoneCode = "record_gone";

    /// <summary>
    /// True where the vendor finds a record only some time after it was made. A removal that finds none then goes by the id that is remembered,
    /// as whoever was just made would stay.
    /// </summary>
    public bool FindsLate { get; init; }

    /// <summary>
    /// Delivers a batch that names records by the vendor's ids. A row without a record is rejected, or where it is to be removed accepted,
    /// as it is not there.
    /// </summary>
    /// <param name="batch">The rows.</param>
    /// <param name="send">Sends the ids, each once, and tells which of them the vendor does not know any more.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async ValueTask<DeliveryReport> DeliverAsync(
        ChangeBatch batch, Func<IReadOnlyList<string>, ICollection<string>, ValueTask<DeliveryReport>> send, CancellationToken cancellationToken)
    {
        var values = ValuesOf(batch);
        var ids = await FindAsync(values.OfType<string>(), batch.Operation is Operation.Remove, cancellationToken);
        var gone = new HashSet<string>(StringComparer.Ordinal);
        if (ids.Count > 0 && await send([.. ids.Values.Distinct()], gone) is { AllAccepted: false } refused)
            return refused;
        await ForgetAsync(ids.Where(pair => gone.Contains(pair.Value)).Select(pair => pair.Key));

        var report = DeliveryReport.For(batch);
        for (var row = 0; row < batch.Count; row++)
            report.Set(row, Outcome(batch.Operation, ids.GetValueOrDefault(values[row] ?? ""), gone));
        return report.Build();
    }

    /// <summary>The same for vendors that tell of each row: rows with a record go on, in fields or identifiers with the record's id in the first place.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="idField">The name of the field with the id.</param>
    /// <param name="send">Sends the rows that have a record.</param>
    /// <param name="isGone">True for an outcome after which the vendor does not know the id any more.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async ValueTask<DeliveryReport> DeliverAsync(ChangeBatch batch, string idField, Func<ChangeBatch, ValueTask<DeliveryReport>> send,
        Func<RowOutcome, bool> isGone, CancellationToken cancellationToken)
    {
        var values = ValuesOf(batch);
        var ids = await FindAsync(values.OfType<string>(), batch.Operation is Operation.Remove, cancellationToken);
        int[] rows = [.. Enumerable.Range(0, batch.Count).Where(row => ids.ContainsKey(values[row] ?? ""))];
        var report = DeliveryReport.For(batch);
        foreach (var row in Enumerable.Range(0, batch.Count).Except(rows))
            report.Set(row, Outcome(batch.Operation, null, []));
        if (rows.Length == 0)
            return report.Build();

        using var builder = new FieldColumnBuilder(idField, FieldType.Text);
        foreach (var row in rows)
            builder.AppendText(ids[values[row]!]);
        using var id = builder.Build();
        using var found = batch.Take(rows, batch.Id);
        var sent = await send(batch.Operation is Operation.Remove
            ? found.With(found.Fields, [id, .. found.Identifiers])
            : found.With([id, .. found.Fields.Where(other => other.Name != idField)], found.Identifiers));
        if (sent.IsWholeBatch)
            return DeliveryReport.BatchRejected(batch, sent[0].Code!, sent[0].Message!);
        await ForgetAsync(rows.Where((_, at) => isGone(sent[at])).Select(row => values[row]!).Distinct());
        for (var at = 0; at < rows.Length; at++)
            report.Set(rows[at], isGone(sent[at]) ? Outcome(batch.Operation, ids[values[rows[at]]!], [ids[values[rows[at]]!]]) : sent[at]);
        return report.Build().With(sent.Reported);
    }

    /// <summary>
    /// The same for vendors that take one record to a request: rows with a record go one after the other, until one fails. One that turns out
    /// to be <see cref="Gone"/> is forgotten.
    /// </summary>
    /// <param name="batch">The rows.</param>
    /// <param name="send">Sends a batch of one row, whose record has this id.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public ValueTask<DeliveryReport> DeliverEachAsync(
        ChangeBatch batch, Func<ChangeBatch, string, CancellationToken, ValueTask<DeliveryReport>> send, CancellationToken cancellationToken) =>
        DeliverAsync(batch, "id", found => BatchChunks.SendAsync(
            found, 1, (row, token) => send(row, (row.Operation is Operation.Remove ? row.Identifiers : row.Fields)[0].Text(0)!, token), cancellationToken), IsGone, cancellationToken);

    /// <summary>
    /// Writes rows for vendors that take one record to a request: one after the other, until one fails. A record that is there is updated by its
    /// id; others are made, also where one turns out to be <see cref="Gone"/>, and remembered.
    /// </summary>
    /// <param name="batch">The rows, not to be removed.</param>
    /// <param name="update">Updates the record with this id by a batch of one row.</param>
    /// <param name="make">Makes a record, or says why not; gives its id where the row was accepted.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async ValueTask<DeliveryReport> WriteEachAsync(ChangeBatch batch, Func<ChangeBatch, string, CancellationToken, ValueTask<DeliveryReport>> update,
        Func<ChangeBatch, CancellationToken, ValueTask<(DeliveryReport Report, string? Id)>> make, CancellationToken cancellationToken)
    {
        var ids = await FindAsync(ValuesOf(batch).OfType<string>(), cancellationToken);
        return await BatchChunks.SendAsync(batch, 1, async (row, token) =>
        {
            var value = ValuesOf(row)[0]!;
            if (ids.TryGetValue(value, out var known))
            {
                var updated = await update(row, known, token);
                if (!IsGone(updated[0]))
                    return updated;
                await ForgetAsync([value]);
            }

            var (report, id) = await make(row, token);
            if (report.AllAccepted && id is not null)
                await RememberAsync(new Dictionary<string, string> { [value] = id }, CancellationToken.None);
            return report;
        }, cancellationToken);
    }

    /// <summary>Of what a look-up found, the ids of the values that were asked for, spelled as they were asked for.</summary>
    /// <param name="values">What was asked for.</param>
    /// <param name="found">Values and ids as the vendor has them; the first one of a value counts.</param>
    /// <param name="comparer">What the vendor takes for the same value.</param>
    public static IReadOnlyDictionary<string, string> Match(
        IReadOnlyList<string> values, IEnumerable<(string? Value, string? Id)> found, StringComparer comparer)
    {
        var ids = new Dictionary<string, string>(comparer);
        foreach (var (value, id) in found)
        {
            if (value is not null && id is not null)
                ids.TryAdd(value, id);
        }

        return values.Where(ids.ContainsKey).Distinct().ToDictionary(value => value, value => ids[value], StringComparer.Ordinal);
    }

    /// <summary>The vendor does not know the record any more.</summary>
    public static RowOutcome Gone { get; } = RowOutcome.Rejected(GoneCode, "the vendor no longer has the record");

    /// <summary>Whether that is the outcome.</summary>
    public static bool IsGone(RowOutcome outcome) => outcome.Code == GoneCode;

    /// <summary>The ids of some values; a value that the vendor does not know is left out.</summary>
    public ValueTask<IReadOnlyDictionary<string, string>> FindAsync(IEnumerable<string> values, CancellationToken cancellationToken) =>
        FindAsync(values, anew: false, cancellationToken);

    private async ValueTask<IReadOnlyDictionary<string, string>> FindAsync(IEnumerable<string> values, bool anew, CancellationToken cancellationToken)
    {
        var keys = values.Distinct(StringComparer.Ordinal).ToDictionary(value => value, KeyOf, StringComparer.Ordinal);
        var known = await memory.RecallAsync(keys.Values, cancellationToken);
        var remembered = keys.Where(pair => known.ContainsKey(pair.Value)).ToDictionary(pair => pair.Key, pair => known[pair.Value], StringComparer.Ordinal);
        var ids = new Dictionary<string, string>(anew && !FindsLate ? [] : remembered, StringComparer.Ordinal);
        foreach (var chunk in keys.Keys.Where(value => anew || !remembered.ContainsKey(value)).Chunk(atOnce))
        {
            var found = await look(chunk, cancellationToken);
            foreach (var (value, id) in found)
                ids[value] = id;
            await RememberAsync(found, cancellationToken);
        }

        // Only what was looked up anew can be remembered and not be there.
        await ForgetAsync(remembered.Keys.Where(value => !ids.ContainsKey(value)));
        return ids;
    }

    /// <summary>Ids that are known without a look-up, such as those of records that were just made.</summary>
    public ValueTask RememberAsync(IReadOnlyDictionary<string, string> ids, CancellationToken cancellationToken) =>
        memory.RememberAsync(ids.ToDictionary(pair => KeyOf(pair.Key), pair => (string?)pair.Value, StringComparer.Ordinal), cancellationToken);

    /// <summary>The vendor no longer knows what these values stood for.</summary>
    public async ValueTask ForgetAsync(IEnumerable<string> values)
    {
        var forgotten = values.ToDictionary(KeyOf, _ => (string?)null, StringComparer.Ordinal);
        if (forgotten.Count > 0)
            await memory.RememberAsync(forgotten, CancellationToken.None);
    }

    private string?[] ValuesOf(ChangeBatch batch)
    {
        var column = (batch.Operation is Operation.Remove ? batch.Identifiers : batch.Fields).First(candidate => candidate.Name == field);
        return [.. Enumerable.Range(0, batch.Count).Select(column.Text)];
    }

    private RowOutcome Outcome(Operation operation, string? id, HashSet<string> gone)
    {
        if (operation is Operation.Remove || (id is not null && !gone.Contains(id)))
            return RowOutcome.Accepted;
        return id is null
            ? RowOutcome.Rejected("no_record", $"the vendor has none of {records} with this {field}; sync it there first")
            // It was remembered, and is looked up anew.
            : RowOutcome.Retry(GoneCode, $"the vendor no longer has the record {id}");
    }

    private string KeyOf(string value) => $"{records}/{field}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)))}";
}
