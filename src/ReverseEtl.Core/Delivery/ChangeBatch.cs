using System.Text.Json;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Core.Delivery;

/// <summary>What a batch asks of the destination. All rows of a batch ask the same.</summary>
public enum Operation
{
    /// <summary>Create the record or overwrite its mapped fields.</summary>
    Upsert,

    /// <summary>Overwrite the mapped fields of a record that exists; a record that does not is left out.</summary>
    Update,

    /// <summary>Create a record that does not exist.</summary>
    Insert,

    /// <summary>Send an event, once.</summary>
    Append,

    /// <summary>Take the record out, as the destination's object defines it (remove, delete, archive, clear).</summary>
    Remove,
}

/// <summary>
/// Rows for one request, column by column. <see cref="Fields"/> has the mapped fields and is empty for
/// <see cref="Operation.Remove"/>; <see cref="Identifiers"/> then has what the destination was last told to know the row by.
/// </summary>
public sealed class ChangeBatch : IDisposable
{
    private readonly long[] _seq;
    private readonly ChangeKind[] _kinds;

    /// <summary>Builds a batch; all columns must have as many rows as <paramref name="seq"/>.</summary>
    public ChangeBatch(string id, Operation operation, long[] seq, ChangeKind[] kinds, IReadOnlyList<FieldColumn> key,
        IReadOnlyList<FieldColumn> fields, IReadOnlyList<FieldColumn> identifiers)
    {
        foreach (var column in key.Concat(fields).Concat(identifiers))
            ArgumentOutOfRangeException.ThrowIfNotEqual(column.Count, seq.Length, column.Name);
        (Id, Operation, _seq, _kinds, Key, Fields, Identifiers) = (id, operation, seq, kinds, key, fields, identifiers);
    }

    /// <summary>
    /// The same for the same rows of the same plan, also after a restart: what a destination may use to drop a repeat. Printable
    /// ASCII without a full stop, as it travels in headers and in signed text.
    /// </summary>
    public string Id { get; }

    /// <summary>What is asked for every row.</summary>
    public Operation Operation { get; }

    /// <summary>Rows.</summary>
    public int Count => _seq.Length;

    /// <summary>The rows' numbers in the plan, ascending.</summary>
    public ReadOnlySpan<long> Seq => _seq;

    /// <summary>Key columns, in the model's order.</summary>
    public IReadOnlyList<FieldColumn> Key { get; }

    /// <summary>Mapped fields, in the mapping's order.</summary>
    public IReadOnlyList<FieldColumn> Fields { get; }

    /// <summary>For removals: the identifiers that were last sent, by the destination's field names.</summary>
    public IReadOnlyList<FieldColumn> Identifiers { get; }

    /// <summary>The replacement that the batch is part of; null for a batch of changes.</summary>
    public Replacement? Replacement { get; private init; }

    /// <summary>Whether a row was added, changed or removed in the model.</summary>
    public ChangeKind Kind(int row) => _kinds[row];

    /// <summary>The row's key as text: the value, or a JSON array where the key has several columns. Unique within a sync.</summary>
    public string KeyText(int row) => RowKey.Text(Key, row);

    /// <summary>Writes one object with every field of a row; a field under <c>null: skip</c> is left out where it is NULL.</summary>
    public static void WriteObject(Utf8JsonWriter writer, IReadOnlyList<FieldColumn> columns, int row) =>
        writer.WriteRawValue(JsonBuffer.Object(columns, row), skipInputValidation: true);

    /// <summary>Copies some rows into a batch of their own, for a retry or to isolate a bad row.</summary>
    /// <param name="rows">Row indexes, ascending.</param>
    /// <param name="id">The new batch's id; another than this one's, as its content is another.</param>
    public ChangeBatch Take(int[] rows, string id) => new(
        id,
        Operation,
        Array.ConvertAll(rows, row => _seq[row]),
        Array.ConvertAll(rows, row => _kinds[row]),
        [.. Key.Select(column => column.Take(rows))],
        [.. Fields.Select(column => column.Take(rows))],
        [.. Identifiers.Select(column => column.Take(rows))])
    {
        Replacement = Replacement,
    };

    /// <summary>The same rows with other columns of values. It shares everything with this one, which must outlive it and is disposed instead.</summary>
    public ChangeBatch With(IReadOnlyList<FieldColumn> fields, IReadOnlyList<FieldColumn> identifiers) =>
        new(Id, Operation, _seq, _kinds, Key, fields, identifiers) { Replacement = Replacement };

    /// <summary>The same rows as part of a replacement. It shares everything with this one, as above.</summary>
    public ChangeBatch PartOf(Replacement? replacement) => new(Id, Operation, _seq, _kinds, Key, Fields, Identifiers) { Replacement = replacement };

    /// <summary>Gives the buffers back.</summary>
    public void Dispose()
    {
        foreach (var column in Key.Concat(Fields).Concat(Identifiers))
            column.Dispose();
    }
}
