using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Mapping;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Warehouses.Local;

/// <summary>What the batches of a reading are made of.</summary>
internal sealed record BatchShape
{
    public required string RunId { get; init; }

    public required SyncQuery Query { get; init; }

    public required Operation Operation { get; init; }

    /// <summary>The identifiers that the snapshot keeps.</summary>
    public required IReadOnlyList<KeptIdentifier> Identifiers { get; init; }

    /// <summary>True where nothing but the keys can be read.</summary>
    public required bool KeysOnly { get; init; }

    /// <summary>True for rows that are taken out by what was sent of them; else they have fields.</summary>
    public required bool IsTakenOut { get; init; }

    /// <summary>True for replaced rows to be looked at: they have their fields and what was sent of them.</summary>
    public required bool HasBoth { get; init; }

    /// <summary>The fields of rows that are only sent again; null for all.</summary>
    public required IReadOnlyList<string>? ResentFields { get; init; }

    /// <summary>True where the rows say which of their columns have changed.</summary>
    public required bool HasFlags { get; init; }

    /// <summary>How many columns of the rows have values, besides number and kind.</summary>
    public int ValueColumns => Query.Key.Count + (KeysOnly ? 0 : Query.Columns.Count + Identifiers.Count);

    /// <summary>The shape of a plan's batches.</summary>
    public static BatchShape Of(PlanRequest request, PlanMeta plan, SnapshotMeta snapshot, Operation operation, bool isReplaced, bool isCurrent) => new()
    {
        RunId = request.RunId,
        Query = request.Query,
        Operation = operation,
        Identifiers = snapshot.Identifiers,
        KeysOnly = !isCurrent,
        IsTakenOut = request.Mode.Removes() && operation is Operation.Remove,
        HasBoth = isReplaced,
        ResentFields = plan.ResentFields,
        HasFlags = plan.HasFlags && isCurrent,
    };
}

/// <summary>Copies rows of a plan into a batch. All rows of a batch have the same fields.</summary>
internal sealed class BatchBuilder
{
    private readonly BatchShape _shape;
    private readonly List<long> _seq = [];
    private readonly List<ChangeKind> _kinds = [];
    private readonly FieldColumnBuilder[] _key;
    private readonly FieldColumnBuilder[] _fields;
    private readonly FieldColumnBuilder[] _identifiers;
    private readonly List<byte>[] _flags;

    public BatchBuilder(BatchShape shape)
    {
        _shape = shape;
        _key = [.. shape.Query.Key.Select(column => new FieldColumnBuilder(column.Name, column.Type))];
        _fields = [.. shape.Query.Columns.Select(column => new FieldColumnBuilder(column.Name, column.Type))];
        _flags = [.. (shape.HasFlags ? shape.Query.Columns : []).Select(_ => new List<byte>())];
        _identifiers = [.. shape.Identifiers.Select(identifier => new FieldColumnBuilder(identifier.Field, identifier.Type))];
    }

    public int Count => _seq.Count;

    public int TextBytes => _key.Sum(column => column.TextBytes) + _fields.Sum(column => column.TextBytes) + _identifiers.Sum(column => column.TextBytes);

    private bool HasFields => !_shape.KeysOnly && !_shape.IsTakenOut;

    private bool HasIdentifiers => !_shape.KeysOnly && (_shape.IsTakenOut || _shape.HasBoth);

    /// <summary>Takes rows as long as they have the same fields as those before.</summary>
    /// <returns>How many were taken.</returns>
    public int Append(IPlanRows rows, int first, int count)
    {
        var taken = 0;
        foreach (var kind in rows.Kinds.Slice(first, count))
        {
            if (_kinds.Count > 0 && HasOtherFields((ChangeKind)kind))
                break;
            _kinds.Add((ChangeKind)kind);
            taken++;
        }

        _seq.AddRange(rows.Seq.Slice(first, taken));
        Append(_key, rows, 0, first, taken);
        if (HasFields)
            Append(_fields, rows, _key.Length, first, taken);
        if (HasIdentifiers)
            Append(_identifiers, rows, _key.Length + _fields.Length, first, taken);
        if (_flags.Length > 0)
            rows.AppendFlags(_flags, _shape.ValueColumns, first, taken);
        return taken;
    }

    public ChangeBatch Build()
    {
        for (var i = 1; i < _seq.Count; i++)
        {
            // The journal tells a batch by its first and last number.
            if (_seq[i] <= _seq[i - 1])
                throw new InvalidOperationException("the plan was not read in the order of its numbers");
        }

        var id = string.Create(CultureInfo.InvariantCulture, $"{_shape.RunId}-{_shape.Operation}-{_seq[0]}");
        var only = _kinds[0] is ChangeKind.Resend ? _shape.ResentFields : null;
        var fields = HasFields ? _shape.Query.Mapper.Map(Build(_fields), Count, only, Cells) : [];
        // What is no identifier of the mapping any more was not sent of newer rows.
        IReadOnlyList<FieldColumn> identifiers = HasIdentifiers ? [.. _identifiers.Select((builder, i) => builder.Build(omitNull: true, isShaped: _shape.Identifiers[i].Form is not null))] : [];
        // In mode delete the row is still in the model, and what it says of itself identifies it.
        if (_shape.Operation is Operation.Remove && HasFields)
            (fields, identifiers) = ([], fields);
        return new ChangeBatch(id, _shape.Operation, [.. _seq], [.. _kinds], Build(_key), fields, identifiers);
    }

    private ChangedCells? Cells => _flags.Length == 0 || _shape.Operation is Operation.Remove
        ? null
        : new ChangedCells(Count, row => _kinds[row] is ChangeKind.Change && _flags.Any(changed => changed[row] == 0), (column, row) => _flags[column][row] != 0);

    private bool HasOtherFields(ChangeKind kind) =>
        _shape.ResentFields is not null && kind is ChangeKind.Resend != (_kinds[0] is ChangeKind.Resend);

    private static void Append(FieldColumnBuilder[] builders, IPlanRows rows, int column, int first, int count)
    {
        foreach (var builder in builders)
            rows.Append(builder, column++, first, count);
    }

    private static FieldColumn[] Build(FieldColumnBuilder[] builders) => Array.ConvertAll(builders, builder => builder.Build());
}
