using Microsoft.Extensions.Hosting;
using Quartz;
using ReverseEtl.Core.State;
using ReverseEtl.Server.Hosting;

namespace ReverseEtl.Server.Observing;

/// <summary>Whether this process can take work.</summary>
internal sealed class Readiness(ProjectHost host, ISchedulerFactory factory, IHostApplicationLifetime life)
{
    /// <summary>What keeps it from working; null where nothing does.</summary>
    public async Task<string?> WhyNotAsync(CancellationToken cancellationToken)
    {
        if (life.ApplicationStopping.IsCancellationRequested)
            return "stopping";
        if ((await factory.GetScheduler(cancellationToken)).Status is not SchedulerStatus.Running)
            return "the scheduler is not running";
        try
        {
            await (await host.Shared.StoreAsync(cancellationToken)).RecallAsync(":ready", ["ready"], cancellationToken);
            return null;
        }
        catch (ControlStoreException error)
        {
            return error.Message;
        }
    }
}
