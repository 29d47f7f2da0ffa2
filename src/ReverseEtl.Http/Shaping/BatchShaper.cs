using System.Text;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Http.Shaping;

/// <summary>
/// Applies the rules of an object's fields to batches. Where an object knows people by any of several values, one that is no good is left
/// out and counted, as the others may do; any other value that is no good refuses its row.
/// </summary>
internal sealed class BatchShaper(ObjectSpec spec, DestinationRequest request)
{
    private readonly string? _country = spec.Country ?? request.Constants.GetValueOrDefault(spec.CountryField ?? "");

    /// <summary>Shapes a batch. Its columns stay its own; shaped ones belong to the result.</summary>
    public ShapedBatch Shape(ChangeBatch batch)
    {
        var work = new Work(batch);
        var (fields, identifiers) = (Shape(batch.Fields, work), Merge(Shape(Identifiers(batch, work), work), work));
        RefuseUnknown(batch.Operation is Operation.Remove ? identifiers : fields, work);
        if (work.Made.Count == 0 && work.Invalid.Count == 0)
            return new ShapedBatch(batch, [], work.Invalid, work.LeftOut, []);
        // The same id: it stands for the rows, not for their form.
        var shaped = batch.With(fields, identifiers);
        if (work.Invalid.Count == 0)
            return new ShapedBatch(shaped, [], work.Invalid, work.LeftOut, work.Made);
        int[] rows = [.. Enumerable.Range(0, batch.Count).Where(row => !work.Invalid.ContainsKey(row))];
        var valid = shaped.Take(rows, batch.Id);
        work.Made.ForEach(column => column.Dispose());
        return new ShapedBatch(valid, rows, work.Invalid, work.LeftOut, [valid]);
    }

    // The snapshot keeps what differs from row to row; what is the same in all of them the sync still says.
    private IReadOnlyList<FieldColumn> Identifiers(ChangeBatch batch, Work work)
    {
        if (batch.Operation is not Operation.Remove)
            return batch.Identifiers;
        var same = request.Constants.Where(pair => spec.Field(pair.Key) is { Identifies: true } && batch.Identifiers.All(column => column.Name != pair.Key))
            .Select(pair => FieldColumn.Constant(pair.Key, FieldType.Text, Encoding.UTF8.GetBytes(pair.Value), 0, isNull: false, batch.Count)).ToList();
        work.Made.AddRange(same);
        return same.Count == 0 ? batch.Identifiers : [.. batch.Identifiers, .. same];
    }

    // Rows that were told under an earlier form of an identifier have it in a column of its own.
    private static IReadOnlyList<FieldColumn> Merge(IReadOnlyList<FieldColumn> columns, Work work)
    {
        var byName = columns.GroupBy(column => column.Name).ToList();
        if (byName.Count == columns.Count)
            return columns;
        return [.. byName.Select(same => same.Count() == 1 ? same.First() : Merged(same.Key, [.. same], work))];
    }

    private static FieldColumn Merged(string name, IReadOnlyList<FieldColumn> columns, Work work)
    {
        using var merged = new FieldColumnBuilder(name, FieldType.Text);
        for (var row = 0; row < work.Batch.Count; row++)
            merged.AppendText(columns.FirstOrDefault(column => !column.IsNull(row))?.Text(row));
        var result = merged.BuildAs(columns[0]);
        work.Made.Add(result);
        return result;
    }

    private void RefuseUnknown(IReadOnlyList<FieldColumn> columns, Work work)
    {
        foreach (var column in columns.Where(column => spec.Field(column.Name) is { Required: true } && !spec.OneOf.Contains(column.Name)))
        {
            for (var row = 0; row < work.Batch.Count; row++)
            {
                if (column.IsNull(row))
                    work.Invalid.TryAdd(row, $"the row has no value in {column.Name}, which {spec.Name} cannot do without");
            }
        }

        var names = columns.Where(column => spec.OneOf.Contains(column.Name)).ToList();
        for (var row = 0; row < work.Batch.Count && names.Count > 0; row++)
        {
            if (names.All(column => column.IsNull(row)))
                work.Invalid.TryAdd(row, work.Reasons.GetValueOrDefault(row) ?? $"the row has no value in {string.Join(", ", names.Select(column => column.Name))}, by which {spec.Name} could know it");
        }
    }

    private IReadOnlyList<FieldColumn> Shape(IReadOnlyList<FieldColumn> columns, Work work)
    {
        if (!columns.Any(column => spec.Field(column.Name)?.Rule is not null))
            return columns;
        var country = columns.FirstOrDefault(column => column.Name == spec.CountryField);
        var result = new FieldColumn[columns.Count];
        for (var i = 0; i < columns.Count; i++)
        {
            result[i] = columns[i];
            if (spec.Field(columns[i].Name)?.Rule is not { } rule || columns[i].IsShaped)
                continue;
            result[i] = Shape(columns[i], rule, country, work);
            work.Made.Add(result[i]);
        }

        return result;
    }

    private FieldColumn Shape(FieldColumn column, IFieldRule rule, FieldColumn? country, Work work)
    {
        using var target = new FieldColumnBuilder(column.Name, rule.Type);
        var hashed = request.Hashed.Contains(column.Name);
        var isOneOfSeveral = spec.OneOf.Count > 0 && rule is IHashingRule;
        for (var row = 0; row < work.Batch.Count; row++)
        {
            if (column.IsNull(row) || column.IsKnown(row))
            {
                target.AppendNull();
                continue;
            }

            var wrong = rule.Shape(column, row, new ShapeContext(column.Name, country?.Text(row) ?? _country, hashed), target);
            if (wrong is null)
                continue;
            target.AppendNull();
            if (isOneOfSeveral)
                work.LeaveOut(row, column.Name, wrong);
            else
                work.Invalid.TryAdd(row, wrong);
        }

        return target.BuildAs(column);
    }

    private sealed class Work(ChangeBatch batch)
    {
        public ChangeBatch Batch => batch;

        public List<FieldColumn> Made { get; } = [];

        public SortedDictionary<int, string> Invalid { get; } = [];

        public Dictionary<string, long> LeftOut { get; } = new(StringComparer.Ordinal);

        public Dictionary<int, string> Reasons { get; } = [];

        public void LeaveOut(int row, string field, string reason)
        {
            var name = $"invalid {field} left out";
            LeftOut[name] = LeftOut.GetValueOrDefault(name) + 1;
            Reasons.TryAdd(row, reason);
        }
    }
}

/// <summary>A batch as the vendor wants it.</summary>
/// <param name="Batch">The rows that can be sent.</param>
/// <param name="Rows">Their indexes in the batch as it came; empty where all can be sent.</param>
/// <param name="Invalid">Why the other rows cannot, by index.</param>
/// <param name="LeftOut">How many values were left out, by what they were.</param>
/// <param name="Owned">What was made for it.</param>
public sealed record ShapedBatch(ChangeBatch Batch, int[] Rows, IReadOnlyDictionary<int, string> Invalid, IReadOnlyDictionary<string, long> LeftOut, IReadOnlyList<IDisposable> Owned) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var owned in Owned)
            owned.Dispose();
    }
}
