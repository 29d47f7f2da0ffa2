using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Core.Planning;

/// <summary>How one row stands between the model and the destination.</summary>
public sealed record RowState
{
    /// <summary>Rows of the model with this key; null where the model's key is another one than the snapshot's.</summary>
    public required long? ModelRows { get; init; }

    /// <summary>The mapped fields of the model's row; empty where it has none.</summary>
    public required IReadOnlyList<FieldColumn> Fields { get; init; }

    /// <summary>True where the snapshot has the row: the destination was told of it.</summary>
    public required bool IsTold { get; init; }

    /// <summary>The row's last refusal, where it was not accepted since.</summary>
    public RefusedRow? Refused { get; init; }

    /// <summary>What was told of the row and never answered for; it is held until a person resolves it.</summary>
    public ChangeKind? Held { get; init; }

    /// <summary>Why the row cannot be sent: <c>null key</c> or <c>duplicate key</c>.</summary>
    public string? Quarantined { get; init; }

    /// <summary>True where the row was refused as it is now, and is not due.</summary>
    public bool IsWaiting { get; init; }

    /// <summary>What the next run would send of the row; null for nothing.</summary>
    public ChangeBatch? Next { get; init; }
}

/// <summary>A row that the destination refused.</summary>
/// <param name="Attempts">How often.</param>
/// <param name="Due">When it is tried again (UTC); null for only when it changes.</param>
public sealed record RefusedRow(int Attempts, DateTimeOffset? Due);
