using System.Text.Json;
using Quartz;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Syncs;

namespace ReverseEtl.Server.Scheduling;

/// <summary>What is asked of one run, as a trigger's data carries it from worker to worker.</summary>
/// <param name="RunId">The run's id; null where it gets one when it begins.</param>
/// <param name="Options">What is asked of it.</param>
/// <param name="By">Who asks; null for the schedule.</param>
/// <param name="Attempt">How often it was tried in vain.</param>
internal sealed record AskedRun(string? RunId, RunOptions Options, string? By, int Attempt)
{
    /// <summary>Nothing beyond the ordinary.</summary>
    public static AskedRun Plain { get; } = new(null, new RunOptions(), null, 0);

    /// <summary>Reads what a fired trigger carries.</summary>
    public static AskedRun Of(JobDataMap data) => new(
        Text(data, SyncKeys.RunId),
        Text(data, SyncKeys.Options) is { } json ? JsonSerializer.Deserialize<Form>(json)!.Read() : new RunOptions(),
        Text(data, SyncKeys.By),
        int.TryParse(Text(data, SyncKeys.Attempt), out var attempt) ? attempt : 0);

    /// <summary>As a trigger's data: strings alone.</summary>
    public JobDataMap Data()
    {
        var data = new JobDataMap();
        if (RunId is not null)
            data[SyncKeys.RunId] = RunId;
        if (By is not null)
            data[SyncKeys.By] = By;
        if (Options != new RunOptions())
            data[SyncKeys.Options] = JsonSerializer.Serialize(Form.Of(Options));
        if (Attempt > 0)
            data[SyncKeys.Attempt] = $"{Attempt}";
        return data;
    }

    private static string? Text(JobDataMap data, string key) => data.TryGetValue(key, out var value) ? value as string : null;

    private sealed record Form(string? AllowRemoved, bool AllowSchema, bool Full, bool Replace, bool Rekey, bool RetryRejected)
    {
        public static Form Of(RunOptions options) =>
            new(options.AllowRemoved?.ToText(), options.AllowSchema, options.Full, options.Replace, options.Rekey, options.RetryRejected);

        public RunOptions Read() => new()
        {
            AllowRemoved = AllowRemoved is not null && Limit.TryParse(AllowRemoved, out var limit) ? limit : null,
            AllowSchema = AllowSchema,
            Full = Full,
            Replace = Replace,
            Rekey = Rekey,
            RetryRejected = RetryRejected,
        };
    }
}
