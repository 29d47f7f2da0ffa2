namespace ReverseEtl.Core.Planning;

/// <summary>What a planner keeps its snapshots for, and where.</summary>
/// <param name="Project">The project.</param>
/// <param name="Environment">The environment, or null. What one has told says nothing of another.</param>
/// <param name="Folder">The folder for what is kept on this machine.</param>
public sealed record PlannerScope(string Project, string? Environment, string Folder)
{
    /// <summary>The folder of the syncs' files, where they have any.</summary>
    public string SyncFolder => Path.Combine(Folder, "syncs");
}
