using ReverseEtl.Core.Config;
using ReverseEtl.Core.Projects;
using ReverseEtl.Server.Composition;
using ReverseEtl.State.Postgres;

namespace ReverseEtl.Server.Hosting;

/// <summary>Whether a project can be run by the workers that its control store allows.</summary>
internal static class WorkersCheck
{
    /// <exception cref="ProjectException">Several workers may run the project, and what one leaves another cannot take up.</exception>
    public static void Check(Project project)
    {
        if (project.Config.State is PostgresStateOptions && !WarehouseOpening.PlansInside(project) && !project.Config.Serve.SingleWorker)
        {
            throw new ProjectException(new Position(ProjectLoader.ConfigFile, Path: "warehouse.planner"),
                "with a control store in PostgreSQL several workers may run this project, and snapshots in files of one machine are not the others'; "
                + "set \"planner\": \"warehouse\" in warehouse, or \"singleWorker\": true in serve where one worker is all there will be");
        }
    }
}
