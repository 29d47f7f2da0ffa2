using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Http.Shaping;

/// <summary>Applies the rules of an object's fields to batches.</summary>
internal sealed class BatchShaper(ObjectSpec spec, DestinationRequest request)
{
    private readonly string? _country = spec.Country ?? request.Constants.GetValueOrDefault(spec.CountryField ?? "");

    /// <summary>Shapes a batch. Its columns stay its own; shaped ones belong to the result.</summary>
    public ShapedBatch Shape(ChangeBatch batch)
    {
        var invalid = new SortedDictionary<int, string>();
        var made = new List<FieldColumn>();
        var (fields, identifiers) = (Shape(batch, batch.Fields, invalid, made), Shape(batch, batch.Identifiers, invalid, made));
        RefuseUnknown(batch.Operation is Operation.Remove ? identifiers : fields, batch.Count, invalid);
        if (made.Count == 0)
            return new ShapedBatch(batch, [], invalid, []);
        // The same id: it stands for the rows, not for their form.
        var shaped = batch.With(fields, identifiers);
        if (invalid.Count == 0)
            return new ShapedBatch(shaped, [], invalid, made);
        int[] rows = [.. Enumerable.Range(0, batch.Count).Where(row => !invalid.ContainsKey(row))];
        var valid = shaped.Take(rows, batch.Id);
        made.ForEach(column => column.Dispose());
        return new ShapedBatch(valid, rows, invalid, [valid]);
    }

    private void RefuseUnknown(IReadOnlyList<FieldColumn> columns, int count, IDictionary<int, string> invalid)
    {
        var names = columns.Where(column => spec.OneOf.Contains(column.Name)).ToList();
        for (var row = 0; row < count && names.Count > 0; row++)
        {
            if (names.All(column => column.IsNull(row)))
                invalid.TryAdd(row, $"{string.Join(", ", names.Select(column => column.Name))}: the row has no value that {spec.Name} could know it by");
        }
    }

    private IReadOnlyList<FieldColumn> Shape(ChangeBatch batch, IReadOnlyList<FieldColumn> columns, IDictionary<int, string> invalid, List<FieldColumn> made)
    {
        if (!columns.Any(column => spec.Field(column.Name)?.Rule is not null))
            return columns;
        var country = columns.FirstOrDefault(column => column.Name == spec.CountryField);
        var result = new FieldColumn[columns.Count];
        for (var i = 0; i < columns.Count; i++)
        {
            result[i] = columns[i];
            if (spec.Field(columns[i].Name)?.Rule is not { } rule)
                continue;
            result[i] = Shape(batch, columns[i], rule, country, invalid);
            made.Add(result[i]);
        }

        return result;
    }

    private FieldColumn Shape(ChangeBatch batch, FieldColumn column, IFieldRule rule, FieldColumn? country, IDictionary<int, string> invalid)
    {
        using var target = new FieldColumnBuilder(column.Name, rule.Type);
        var hashed = request.Hashed.Contains(column.Name);
        for (var row = 0; row < batch.Count; row++)
        {
            if (column.IsNull(row))
            {
                target.AppendNull();
                continue;
            }

            var wrong = rule.Shape(column, row, new ShapeContext(column.Name, country?.Text(row) ?? _country, hashed), target);
            if (wrong is null)
                continue;
            target.AppendNull();
            invalid.TryAdd(row, wrong);
        }

        return target.Build(column.OmitNull);
    }
}

/// <summary>A batch as the vendor wants it.</summary>
/// <param name="Batch">The rows that can be sent.</param>
/// <param name="Rows">Their indexes in the batch as it came; empty where all can be sent.</param>
/// <param name="Invalid">Why the other rows cannot, by index.</param>
/// <param name="Owned">What was made for it.</param>
internal sealed record ShapedBatch(ChangeBatch Batch, int[] Rows, IReadOnlyDictionary<int, string> Invalid, IReadOnlyList<IDisposable> Owned) : IDisposable
{
    public void Dispose()
    {
        foreach (var owned in Owned)
            owned.Dispose();
    }
}
