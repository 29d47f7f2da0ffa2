using ReverseEtl.Core.State;

namespace ReverseEtl.Core.Planning;

/// <summary>
/// What a plan that was saved says of itself: what it was made from, and what it holds. The same inputs give the same values, so it names
/// no instant and no run.
/// </summary>
public sealed record SavedPlan
{
    /// <summary>The sync.</summary>
    public required string Sync { get; init; }

    /// <summary>Fingerprint of the model's SQL with everything that it reads.</summary>
    public required string Model { get; init; }

    /// <summary>Fingerprint of the mapping, the key, the mode and the destination's object.</summary>
    public required string Mapping { get; init; }

    /// <summary>Digest of the snapshot: what the destination had been told, and which rows were in doubt or refused.</summary>
    public required string Snapshot { get; init; }

    /// <summary>SHA-256 of the file of its rows.</summary>
    public required string Rows { get; init; }

    /// <summary>Its counts.</summary>
    public required PlanSummary Summary { get; init; }

    /// <summary>The fields of rows that are only sent again; null for all.</summary>
    public IReadOnlyList<string>? ResentFields { get; init; }

    /// <summary>Rows that cannot be sent.</summary>
    public IReadOnlyList<QuarantinedRow> Quarantine { get; init; } = [];
}

/// <summary>A saved plan that is to be applied.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Path">The file of its rows.</param>
/// <param name="Model">The model's fingerprint as it is now.</param>
/// <param name="Mapping">The mapping's fingerprint as it is now.</param>
public sealed record SavedPlanSource(SavedPlan Plan, string Path, string Model, string Mapping)
{
    /// <exception cref="StalePlanException">The project is another one than the plan was made from.</exception>
    public void Check()
    {
        if (Plan.Model != Model)
            throw new StalePlanException("the model, or one that it reads, was changed");
        if (Plan.Mapping != Mapping)
            throw new StalePlanException("the sync's mapping, mode or object was changed");
    }
}

/// <summary>The rows of a plan in a file.</summary>
/// <param name="Snapshot">Digest of the snapshot that the plan was made from.</param>
/// <param name="ResentFields">The fields of rows that are only sent again; null for all.</param>
public sealed record PlanRows(string Snapshot, IReadOnlyList<string>? ResentFields);

/// <summary>A saved plan that cannot be applied, as what it was made from has moved. Nothing was sent.</summary>
/// <param name="what">What moved.</param>
public sealed class StalePlanException(string what) : Exception($"{what} since the plan was made");
