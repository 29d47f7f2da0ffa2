using System.Security.Cryptography;
using System.Text;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Vendors;

/// <summary>
/// The vendor's own ids of records that rows know by another value, such as an e-mail address: looked up in batches, and remembered under a
/// hash of the value.
/// </summary>
/// <param name="memory">The destination's memory.</param>
/// <param name="records">What the records are: <c>contacts</c>.</param>
/// <param name="field">The field that rows know them by: <c>email</c>.</param>
/// <param name="atOnce">Values per look-up at the most.</param>
/// <param name="look">Gives the ids of values that the vendor knows.</param>
public sealed class RecordIds(IDestinationMemory memory, string records, string field, int atOnce,
    Func<IReadOnlyList<string>, CancellationToken, ValueTask<IReadOnlyDictionary<string, string>>> look)
{
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
        var columns = batch.Operation is Operation.Remove ? batch.Identifiers : batch.Fields;
        var column = columns.First(candidate => candidate.Name == field);
        var values = Enumerable.Range(0, batch.Count).Select(column.Text).ToArray();
        var ids = await FindAsync(values.OfType<string>(), cancellationToken);
        var gone = new HashSet<string>(StringComparer.Ordinal);
        if (ids.Count > 0 && await send([.. ids.Values.Distinct()], gone) is { AllAccepted: false } refused)
            return refused;
        if (gone.Count > 0)
            await ForgetAsync(ids.Where(pair => gone.Contains(pair.Value)).Select(pair => pair.Key));

        var report = DeliveryReport.For(batch);
        for (var row = 0; row < batch.Count; row++)
            report.Set(row, Outcome(batch.Operation, ids.GetValueOrDefault(values[row] ?? ""), gone));
        return report.Build();
    }

    /// <summary>The ids of some values; a value that the vendor does not know is left out.</summary>
    public async ValueTask<IReadOnlyDictionary<string, string>> FindAsync(IEnumerable<string> values, CancellationToken cancellationToken)
    {
        var keys = values.Distinct(StringComparer.Ordinal).ToDictionary(value => value, KeyOf, StringComparer.Ordinal);
        var known = await memory.RecallAsync(keys.Values, cancellationToken);
        var ids = keys.Where(pair => known.ContainsKey(pair.Value)).ToDictionary(pair => pair.Key, pair => known[pair.Value], StringComparer.Ordinal);
        foreach (var chunk in keys.Keys.Where(value => !ids.ContainsKey(value)).Chunk(atOnce))
        {
            var found = await look(chunk, cancellationToken);
            foreach (var (value, id) in found)
                ids[value] = id;
            await memory.RememberAsync(found.ToDictionary(pair => KeyOf(pair.Key), pair => (string?)pair.Value, StringComparer.Ordinal), cancellationToken);
        }

        return ids;
    }

    /// <summary>The vendor no longer knows what these values stood for.</summary>
    public ValueTask ForgetAsync(IEnumerable<string> values) =>
        memory.RememberAsync(values.ToDictionary(KeyOf, _ => (string?)null, StringComparer.Ordinal), CancellationToken.None);

    private RowOutcome Outcome(Operation operation, string? id, HashSet<string> gone)
    {
        if (operation is Operation.Remove || (id is not null && !gone.Contains(id)))
            return RowOutcome.Accepted;
        return id is null
            ? RowOutcome.Rejected("no_record", $"the vendor has none of {records} with this {field}; sync it there first")
            // It was remembered, and is looked up anew.
            : RowOutcome.Retry("record_gone", $"the vendor no longer has the record {id}");
    }

    private string KeyOf(string value) => $"{records}/{field}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)))}";
}
