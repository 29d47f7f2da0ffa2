using Quartz;

namespace ReverseEtl.Server.Scheduling;

/// <summary>How syncs and the reasons to run them are called in Quartz: a job per sync, triggers grouped by sync.</summary>
internal static class SyncKeys
{
    /// <summary>The trigger of the clock.</summary>
    public const string Clock = "clock";

    /// <summary>Due once, as it was missed, or never ran.</summary>
    public const string CatchUp = "catch-up";

    /// <summary>Those before it have delivered.</summary>
    public const string Chain = "chain";

    /// <summary>What could not go on is tried again.</summary>
    public const string Again = "again";

    /// <summary>In a trigger's data: the schedule that it was made from.</summary>
    public const string Schedule = "schedule";

    /// <summary>In a trigger's data: the id of the run that was asked for.</summary>
    public const string RunId = "run_id";

    /// <summary>In a trigger's data: what is asked of that run.</summary>
    public const string Options = "options";

    /// <summary>In a trigger's data: who asks.</summary>
    public const string By = "by";

    /// <summary>In a trigger's data: how often it was tried in vain.</summary>
    public const string Attempt = "attempt";

    private const string Jobs = "syncs";

    public static JobKey Job(string sync) => new(sync, Jobs);

    public static TriggerKey Trigger(string sync, string reason) => new(reason, sync);
}
