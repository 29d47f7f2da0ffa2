using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ReverseEtl.Server.Scheduling;

namespace ReverseEtl.Server.Hosting;

/// <summary>
/// Takes up changes of the project's files. They are looked at, not listened for, as mounted folders tell of nothing; and taken up when
/// they stayed the same from one look to the next, as a checkout writes many.
/// </summary>
internal sealed partial class ProjectWatch(ProjectHost host, ProjectTriggers triggers, TimeProvider time, ILogger<ProjectWatch> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private static readonly string[] Watched = [".sql", ".yml", ".yaml", ".json"];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (taken, before) = (Fingerprint(), Fingerprint());
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = Fingerprint();
            if (now == before && now != taken && await TakeUpAsync(stoppingToken))
                taken = now;
            before = now;
        }
    }

    private async Task<bool> TakeUpAsync(CancellationToken cancellationToken)
    {
        if (!host.Reload())
        {
            foreach (var problem in host.Loaded.Problems)
                Refused(problem.ToString());
            return true;
        }

        try
        {
            await triggers.ApplyAsync(cancellationToken);
            TakenUp(host.Current.Syncs.Count);
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The scheduler's database is away: the schedules follow with the next look.
            Postponed(error.Message);
            return false;
        }
    }

    private string Fingerprint()
    {
        var text = new StringBuilder();
        var models = new DirectoryInfo(Path.Combine(host.Files.Folder, host.Current.Config.Models));
        var files = models.Exists ? models.EnumerateFiles("*", SearchOption.AllDirectories).Where(file => Watched.Contains(file.Extension)) : [];
        foreach (var file in files.Append(new FileInfo(Path.Combine(host.Files.Folder, Core.Projects.ProjectLoader.ConfigFile))).OrderBy(file => file.FullName, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"{file.FullName}|{(file.Exists ? file.LastWriteTimeUtc.Ticks : 0)}|{(file.Exists ? file.Length : 0)}\n");
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "the project's files changed and were taken up: {Syncs} syncs")]
    private partial void TakenUp(int syncs);

    [LoggerMessage(Level = LogLevel.Error, Message = "the project's files changed and were not taken up, the project stays as it was: {Problem}")]
    private partial void Refused(string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the project's files changed; its schedules follow later: {Error}")]
    private partial void Postponed(string error);
}
