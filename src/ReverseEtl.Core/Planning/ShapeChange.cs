using System.Globalization;

namespace ReverseEtl.Core.Planning;

/// <summary>What became of a sync's shape since the destination was last told.</summary>
public sealed record ShapeChange
{
    /// <summary>True where rows go to another place: it holds none of them yet.</summary>
    public required bool IsOtherTarget { get; init; }

    /// <summary>Fields that were not sent before.</summary>
    public required IReadOnlyList<string> Added { get; init; }

    /// <summary>Fields that are made in another way.</summary>
    public required IReadOnlyList<string> Changed { get; init; }

    /// <summary>Fields that are no longer sent. What was sent in them stays at the destination.</summary>
    public required IReadOnlyList<string> Dropped { get; init; }

    /// <summary>
    /// The columns that the told rows were hashed by, as they are now: with them it shows which rows are as they were told. Null where
    /// one of them is gone or is of another type, so that every row counts as different.
    /// </summary>
    public required IReadOnlyList<ColumnInfo>? ToldColumns { get; init; }

    /// <summary>Fields whose value at the destination is not what the mapping says now.</summary>
    public IReadOnlyList<string> Affected => [.. Added, .. Changed];

    /// <summary>True where rows that are as they were told need only their affected fields.</summary>
    public bool IsPartial => !IsOtherTarget && ToldColumns is not null;

    /// <summary>Compares two shapes; null where they are the same.</summary>
    /// <param name="told">The shape that the snapshot's rows were told in.</param>
    /// <param name="now">The shape of the sync.</param>
    /// <param name="available">All columns that the model has now.</param>
    public static ShapeChange? Between(SyncShape told, SyncShape now, IReadOnlyList<ColumnInfo> available)
    {
        if (told.Fingerprint == now.Fingerprint)
            return null;
        var before = told.Fields.ToDictionary(field => field.Name, field => field.Definition, StringComparer.Ordinal);
        var columns = told.Columns.Where(available.Contains).ToList();
        return new ShapeChange
        {
            IsOtherTarget = told.Target != now.Target,
            Added = [.. now.Fields.Where(field => !before.ContainsKey(field.Name)).Select(field => field.Name)],
            Changed = [.. now.Fields.Where(field => before.TryGetValue(field.Name, out var definition) && definition != field.Definition).Select(field => field.Name)],
            Dropped = [.. before.Keys.Except(now.Fields.Select(field => field.Name))],
            ToldColumns = columns.Count == told.Columns.Count ? columns : null,
        };
    }

    /// <summary>Says what changed and what it means, one sentence each.</summary>
    /// <param name="resent">Rows that are sent again for it.</param>
    /// <param name="partial">True where only the affected fields are sent.</param>
    public IEnumerable<string> Describe(long resent, bool partial)
    {
        if (IsOtherTarget)
            yield return "the destination's object is another one: every row is sent; what the old one holds stays there";
        if (Added.Count > 0)
            yield return $"new in the map: {string.Join(", ", Added)}";
        if (Changed.Count > 0)
            yield return $"made in another way: {string.Join(", ", Changed)}";
        if (Dropped.Count > 0)
            yield return $"no longer in the map: {string.Join(", ", Dropped)}; what was sent stays at the destination";
        if (ToldColumns is null && !IsOtherTarget)
            yield return "a column that was sent before is gone, so it cannot be told which rows changed: every row is sent";
        if (resent > 0 && !IsOtherTarget)
            yield return string.Create(CultureInfo.InvariantCulture, $"{resent:N0} rows are otherwise as they were told and get {(partial ? $"only {string.Join(", ", Affected)}" : "all fields")}");
    }
}
