using Microsoft.Extensions.DependencyInjection;
using Quartz;
using ReverseEtl.Core.Projects;
using ReverseEtl.State.Postgres;

namespace ReverseEtl.Server.Scheduling;

/// <summary>
/// Quartz as the project's control store asks for it: in memory beside a file, as one process is all that may use that; clustered in the
/// same PostgreSQL schema where workers share one.
/// </summary>
internal static class QuartzSetup
{
    /// <summary>Adds the scheduler, which does not start by itself.</summary>
    public static void AddScheduler(this IServiceCollection services, Project project)
    {
        services.AddQuartz(quartz =>
        {
            quartz.UseDefaultThreadPool(project.Config.Serve.Concurrency);
            quartz.ConfigureScheduler(options =>
            {
                options.InstanceName = $"{project.Config.Project}{(project.Environment is null ? "" : $" {project.Environment}")}";
                // Runs are stopped between batches, and what is left is handed on.
                options.ShutdownJobInterruption = ShutdownJobInterruption.Always;
                options.PropagateTraceContext = false;
            });
            if (project.Config.State is PostgresStateOptions state)
                UsePostgres(quartz, state, project.Folder);
            else
                quartz.UseInMemoryStore();
        });
        services.AddQuartzHostedService(options =>
        {
            options.AutoStart = false;
            options.WaitForJobsToComplete = true;
        });
    }

    /// <summary>Where the scheduler's tables are; null where it keeps none.</summary>
    public static string? TablesOf(Project project) => project.Config.State is PostgresStateOptions state ? ConnectionTo(state, project.Folder) : null;

    private static string ConnectionTo(PostgresStateOptions state, string folder)
    {
        var connection = state.Connection(folder);
        connection.SearchPath = state.Schema;
        return connection.ConnectionString;
    }

    private static void UsePostgres(IQuartzBuilder quartz, PostgresStateOptions state, string folder)
    {
        quartz.ConfigureScheduler(options =>
        {
            // One at a time: a worker takes no more than it has room for, and leaves the rest to the others.
            options.MaxBatchSize = 1;
            // What another worker was asked for is found by looking.
            options.IdleWaitTime = TimeSpan.FromSeconds(2);
        });
        quartz.UsePersistentStore(store =>
        {
            store.UsePostgres(ConnectionTo(state, folder));
            store.ProvisionSchema();
            store.UseClustering(cluster =>
            {
                cluster.CheckinInterval = TimeSpan.FromSeconds(5);
                cluster.CheckinMisfireThreshold = TimeSpan.FromSeconds(10);
            });
            store.ConfigureStore(options =>
            {
                options.StoreJobDataAsStrings = true;
                options.RecoverFiringsCancelledByShutdown = true;
                options.DbRetryInterval = TimeSpan.FromSeconds(2);
            });
        });
    }
}
