using ReverseEtl.Core.Planning;

namespace ReverseEtl.Warehouses.Moving;

/// <summary>A warehouse whose syncs can be planned here or inside of it.</summary>
public interface IPlansAnywhere : IWarehouse
{
    /// <summary>Where they are planned.</summary>
    PlannerPlace Place { get; }

    /// <summary>The same warehouse, by the same connections, with its planner elsewhere. Not to be disposed.</summary>
    IWarehouse PlanningAt(PlannerPlace place);

    /// <summary>
    /// Moves what is kept of a sync from one planner to the other; nothing is sent. Rows in doubt are to be settled, and interrupted runs to be
    /// finished before. Histories stay where they were written; rejected rows are tried again by the next run.
    /// </summary>
    /// <param name="scope">The project.</param>
    /// <param name="local">The sync, as it is asked of the planner here.</param>
    /// <param name="inside">The sync, as it is asked of the planner in the warehouse.</param>
    /// <param name="to">Where to.</param>
    /// <param name="cancellationToken">Stops it: then the snapshot is where it was.</param>
    /// <returns>What was moved; null where there is nothing to move.</returns>
    /// <exception cref="Core.Config.ProjectException">Something is in the way.</exception>
    /// <exception cref="WarehouseException">The warehouse or the snapshot cannot be used.</exception>
    Task<MovedSnapshot?> MoveAsync(PlannerScope scope, PlanRequest local, PlanRequest inside, PlannerPlace to, CancellationToken cancellationToken);
}

/// <summary>A snapshot that was moved.</summary>
/// <param name="Rows">Rows that had been told.</param>
/// <param name="Differing">Of these: rows that are not in the model as they were told; the next run tells of them.</param>
public sealed record MovedSnapshot(long Rows, long Differing);
