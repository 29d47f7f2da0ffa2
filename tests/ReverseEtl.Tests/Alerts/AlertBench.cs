using System.Globalization;
using System.Text.Json;
using ReverseEtl.Conformance;
using ReverseEtl.Core.Alerts;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.State;
using ReverseEtl.Server.Alerts;
using ReverseEtl.State.Sqlite;
using ReverseEtl.Tests.Connectors;
using ReverseEtl.Tests.Projects;

namespace ReverseEtl.Tests.Alerts;

/// <summary>A project with one sync and a real receiver of alerts, on a clock that the test moves.</summary>
internal sealed class AlertBench : IAsyncDisposable
{
    public const string Sync = "vips_to_hook";

    private readonly TemporaryFolder _folder;
    private int _runs;

    private AlertBench(SmallServer receiver, TemporaryFolder folder, ManualTime time, IControlStore store) =>
        (Receiver, _folder, Time, Store) = (receiver, folder, time, store);

    public SmallServer Receiver { get; }

    public ManualTime Time { get; }

    public IControlStore Store { get; }

    public MemoryProject Files { get; } = new();

    /// <summary>What the receiver answers.</summary>
    public Func<Sent, int> Answer { get; set; } = _ => 200;

    /// <summary>How long it is from run to run.</summary>
    public TimeSpan Pause { get; set; } = TimeSpan.FromMinutes(5);

    public HashSet<string> Paused { get; } = [];

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <param name="rules">What stands in alerts.default.</param>
    /// <param name="sync">What stands in the sync's file besides.</param>
    /// <param name="channels">The channels; one webhook when left out. HOST is the receiver.</param>
    public static async Task<AlertBench> StartAsync(string rules = "", string sync = "", string channels = "\"ops\": { \"type\": \"webhook\", \"url\": \"HOST/ops\" }")
    {
        AlertBench? bench = null;
        var receiver = await SmallServer.StartAsync(sent => (bench!.Answer(sent), ""));
        var folder = new TemporaryFolder();
        var time = new ManualTime();
        bench = new AlertBench(receiver, folder, time, await SqliteControlStore.OpenAsync(folder.File("control.db"), time, Stop));
        bench.Files.With("cdp.config.json", text => text.Replace("\"project\": \"shop\",", $$"""
            "project": "shop", "alerts": { "channels": { {{channels.Replace("HOST", receiver.Url.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)}} }, "default": { {{rules}} } },
            """));
        if (sync.Length > 0)
            bench.Files.With("models/syncs/vips_to_hook.yml", text => $"{text}\n{sync}\n");
        return bench;
    }

    public Project Project => Files.Load();

    /// <summary>As another process of the service would have it.</summary>
    public AlertService Service => new(() => Project, _ => Task.FromResult(Store), Time) { IsPaused = (sync, _) => ValueTask.FromResult(Paused.Contains(sync)) };

    /// <summary>The documents that arrived at a channel: state and trigger of each.</summary>
    public IReadOnlyList<string> Told(string channel = "ops") => [.. Documents(channel).Select(document =>
        $"{document.GetProperty("state").GetString()} {document.GetProperty("trigger").GetString()}")];

    public IReadOnlyList<JsonElement> Documents(string channel = "ops") =>
        [.. Receiver.Received.Where(sent => sent.Address == $"/{channel}").Select(sent => JsonDocument.Parse(sent.Body).RootElement)];

    /// <summary>Records a run that ended now, and lets the service look at it.</summary>
    public async Task<RunRecord> RunAsync(Func<RunRecord, RunRecord> how, bool isTold = true)
    {
        Time.Advance(Pause);
        var lease = (await Store.AcquireLeaseAsync(Sync, "test", TimeSpan.FromMinutes(1), Stop)).Lease!;
        var run = how(new RunRecord
        {
            RunId = string.Create(CultureInfo.InvariantCulture, $"run{++_runs:000}"),
            Sync = Sync,
            Status = RunStatus.Succeeded,
            AsOf = Time.GetUtcNow(),
            FinishedAt = Time.GetUtcNow(),
            Rows = 100,
            Added = 10,
            Accepted = 10,
        });
        await Store.FinishRunAsync(lease, run, delivered: true, Stop);
        await Store.ReleaseLeaseAsync(lease, Stop);
        if (isTold)
            await Service.AfterRunAsync(SyncAlerts.Of(Project.Syncs[0], Project.Config.Alerts), run, Stop);
        return run;
    }

    public Task<RunRecord> SucceedAsync(long rows = 100) => RunAsync(run => run with { Rows = rows });

    public Task<RunRecord> FailAsync() => RunAsync(run => run with { Status = RunStatus.Failed, Error = "cannot convert 'anna@shop.example'", Rows = null, Added = 0, Accepted = 0 });

    /// <summary>A minute passes, and the service looks around.</summary>
    public async Task TickAsync(TimeSpan? after = null)
    {
        Time.Advance(after ?? TimeSpan.FromMinutes(1));
        await Service.TickAsync(Stop);
    }

    public Task<IReadOnlyList<Incident>> IncidentsAsync() => new IncidentLog(Store).ListAsync(Stop);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await Receiver.DisposeAsync();
        _folder.Dispose();
    }
}
