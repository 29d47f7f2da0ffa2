namespace ReverseEtl.Core.Mapping;

/// <summary>Which columns of which rows differ from what the destination was told.</summary>
/// <param name="count">Rows.</param>
/// <param name="isPartial">Whether a row is sent with its changed fields only.</param>
/// <param name="isChanged">Whether a column, by its index, has changed in a row.</param>
public sealed class ChangedCells(int count, Func<int, bool> isPartial, Func<int, int, bool> isChanged)
{
    /// <summary>The rows in which a field made of these columns is known to the destination; null where it is in none.</summary>
    public bool[]? Known(IReadOnlyList<int> columns)
    {
        bool[]? known = null;
        for (var row = 0; row < count; row++)
        {
            if (isPartial(row) && !columns.Any(column => isChanged(column, row)))
                (known ??= new bool[count])[row] = true;
        }

        return known;
    }
}
