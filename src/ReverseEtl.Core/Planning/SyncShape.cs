using System.Globalization;

namespace ReverseEtl.Core.Planning;

/// <summary>
/// Everything besides the rows' own values that decides what a destination holds. The snapshot keeps the shape that its rows were told
/// in, so that the next plan can say what another mapping means for them.
/// </summary>
public sealed record SyncShape
{
    /// <summary>Where rows go, in words.</summary>
    public required string Target { get; init; }

    /// <summary>The key columns.</summary>
    public required IReadOnlyList<ColumnInfo> Key { get; init; }

    /// <summary>The columns that fields are made of, in the order in which they are hashed.</summary>
    public required IReadOnlyList<ColumnInfo> Columns { get; init; }

    /// <summary>How each field is made.</summary>
    public required IReadOnlyList<FieldShape> Fields { get; init; }

    /// <summary>The fields that the destination knows a row by.</summary>
    public required IReadOnlyList<string> Identifiers { get; init; }

    /// <summary>The shape in words; it seeds the row hash, so that rows of two shapes never look alike.</summary>
    public string Fingerprint => string.Join('\n',
        [Target, .. Fields.Select(made => $"{made.Name} = {made.Definition}"), .. Identifiers.Select(name => $"identifier {name}")]);

    /// <summary>The fingerprint in short, to be kept with every row of the history.</summary>
    public string ShortFingerprint => RowHash.Seed(Fingerprint).ToString("x16", CultureInfo.InvariantCulture);
}

/// <summary>How a field is made.</summary>
/// <param name="Name">The destination's field.</param>
/// <param name="Definition">Column, constant or template, in words.</param>
public sealed record FieldShape(string Name, string Definition);
