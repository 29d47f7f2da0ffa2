using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Quartz;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.State;
using ReverseEtl.Server.Alerts;
using ReverseEtl.Server.Api;
using ReverseEtl.Server.Composition;
using ReverseEtl.Server.Observing;
using ReverseEtl.Server.Scheduling;

namespace ReverseEtl.Server.Hosting;

/// <summary>A project as a service: scheduler, HTTP API, health and metrics in one process.</summary>
internal sealed class ServeHost : IAsyncDisposable
{
    // As service managers and orchestrators have it before they kill.
    private static readonly TimeSpan ShutdownPatience = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly SharedParts _shared;

    private ServeHost(WebApplication app, SharedParts shared) => (_app, _shared) = (app, shared);

    /// <summary>Where it listens.</summary>
    public Uri Url => new(_app.Urls.First());

    /// <summary>What it is made of.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>The project.</summary>
    public Project Project => _app.Services.GetRequiredService<ProjectHost>().Current;

    /// <summary>Starts it: the control store is open, the schedules are set and the port is taken when the task completes.</summary>
    /// <param name="settings">What to serve, and where.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="Core.Config.ProjectException">The project is wrong.</exception>
    /// <exception cref="ControlStoreException">The control store cannot be used.</exception>
    /// <exception cref="IOException">The address is taken.</exception>
    public static async Task<ServeHost> StartAsync(ServeSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        var project = Session.Load(settings.Files, settings.Environment);
        WorkersCheck.Check(project);
        var shared = new SharedParts(project, time, isService: true);
        try
        {
            await shared.StoreAsync(cancellationToken);
            var tables = QuartzSetup.TablesOf(project);
            if (tables is not null)
                await QuartzTables.PrepareAsync(tables, cancellationToken);
            var app = Build(settings, new ProjectHost(settings.Files, project, shared, time), time);
            await app.StartAsync(cancellationToken);
            if (tables is not null)
                await QuartzTables.MarkAsync(tables, cancellationToken);
            await app.Services.GetRequiredService<ProjectTriggers>().ApplyAsync(cancellationToken);
            await (await app.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(cancellationToken)).Start(cancellationToken);
            return new ServeHost(app, shared);
        }
        catch (Exception error)
        {
            await shared.DisposeAsync();
            if (error.InnerException is AddressInUseException)
                throw new IOException($"{settings.Url ?? project.Config.Serve.Url} is in use: another cdp serve may run there; --url names another address", error);
            if (error is NpgsqlException or SchedulerException)
                throw new ControlStoreException($"the scheduler cannot use its tables in the control store: {error.Message}", error);
            throw;
        }
    }

    /// <summary>Waits until it is told to stop, by a signal or the token, and has stopped.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _shared.DisposeAsync();
    }

    private static WebApplication Build(ServeSettings settings, ProjectHost host, TimeProvider time)
    {
        var project = host.Current;
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = project.Folder, ApplicationName = "cdp" });
        builder.Logging.ClearProviders();
        settings.Logging(builder.Logging);
        builder.WebHost.UseUrls((settings.Url ?? project.Config.Serve.Url).ToString());
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownPatience);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(host);
        builder.Services.AddSingleton<ServiceMetrics>();
        builder.Services.AddSingleton<IRunObserver>(services =>
            Failpoint.Before(ActivatorUtilities.CreateInstance<RunLog>(services), Environment.GetEnvironmentVariable(Failpoint.Variable)));
        builder.Services.AddSingleton<SyncRuns>();
        builder.Services.AddSingleton<QuartzSchedule>();
        builder.Services.AddSingleton<ISyncSchedule>(services => services.GetRequiredService<QuartzSchedule>());
        builder.Services.AddSingleton<Chains>();
        builder.Services.AddSingleton(services => new AlertService(() => host.Current, host.Shared.StoreAsync, time)
        {
            IsPaused = async (sync, cancellationToken) => await services.GetRequiredService<QuartzSchedule>().FindPauseAsync(sync, cancellationToken) is not null,
        });
        builder.Services.AddSingleton<Alarm>();
        builder.Services.AddSingleton<ProjectTriggers>();
        builder.Services.AddScheduler(project);
        builder.Services.AddHostedService<ProjectWatch>();
        builder.Services.AddHostedService<Housekeeping>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Alarm>());
        builder.Services.AddObserving(project);
        builder.Services.AddApi();
        var app = builder.Build();
        app.MapObserving();
        app.MapApi();
        return app;
    }
}

/// <summary>What to serve, and where.</summary>
/// <param name="Files">The project's files.</param>
/// <param name="Environment">The environment, or null.</param>
/// <param name="Url">Where to listen; null for what the project says.</param>
/// <param name="Logging">Where it logs to.</param>
internal sealed record ServeSettings(DiskProjectFiles Files, string? Environment, Uri? Url, Action<ILoggingBuilder> Logging);
