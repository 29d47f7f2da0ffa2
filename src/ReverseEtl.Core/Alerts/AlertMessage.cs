namespace ReverseEtl.Core.Alerts;

/// <summary>What is said of an incident. It names the sync, what is wrong, numbers and what to do; never a row's values.</summary>
public sealed record AlertMessage
{
    /// <summary>The project, with its environment if one was chosen: <c>shop/prod</c>.</summary>
    public required string Project { get; init; }

    /// <summary>The sync; empty in a test.</summary>
    public required string Sync { get; init; }

    /// <summary>The trigger in one word of snake_case; <c>test</c> in a test.</summary>
    public required string Trigger { get; init; }

    /// <summary>True where it is over.</summary>
    public required bool IsRecovery { get; init; }

    /// <summary>One line: who and what.</summary>
    public required string Title { get; init; }

    /// <summary>What, with its numbers.</summary>
    public required string Text { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The run that showed it.</summary>
    public string? RunId { get; init; }

    /// <summary>The command that shows more; null where nothing is to be done.</summary>
    public string? Advice { get; init; }

    /// <summary>The same for an incident and its end, and for no other one at the same time.</summary>
    public string Incident => $"cdp/{Project}/{Sync}/{Trigger}";

    /// <summary>All of it as lines of text.</summary>
    public IEnumerable<string> Lines
    {
        get
        {
            yield return Text;
            yield return $"since {Spoken.Of(Since)}{(RunId is null ? "" : $", run {RunId}")}";
            if (Advice is not null)
                yield return $"next: {Advice}";
        }
    }

    /// <summary>What is said of an incident as it stands.</summary>
    public static AlertMessage Of(Incident incident, string project, string? environment)
    {
        var (what, command) = Say(incident.Trigger, incident.Sync);
        var place = environment is null ? project : $"{project}/{environment}";
        return new AlertMessage
        {
            Project = place,
            Sync = incident.Sync,
            Trigger = System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(incident.Trigger.ToString()),
            IsRecovery = incident.ClosedAt is not null,
            Title = incident.ClosedAt is null ? $"{place}: {incident.Sync} {what}" : $"{place}: {incident.Sync} is well again (it {what})",
            Text = incident.ClosedAt is { } closed ? $"{incident.Text}; it lasted {Spoken.Of(closed - incident.OpenedAt)}" : incident.Text,
            Since = incident.ClosedAt ?? incident.OpenedAt,
            RunId = incident.RunId,
            Advice = incident.ClosedAt is null ? command + (environment is null ? "" : $" --env {environment}") : null,
        };
    }

    /// <summary>A message that shows that a channel works.</summary>
    public static AlertMessage Test(string project, string? environment, DateTimeOffset now) => new()
    {
        Project = environment is null ? project : $"{project}/{environment}",
        Sync = "",
        Trigger = "test",
        IsRecovery = false,
        Title = $"{(environment is null ? project : $"{project}/{environment}")}: a test of this channel",
        Text = "alerts of cdp arrive here",
        Since = now,
    };

    private static (string What, string Command) Say(AlertTrigger trigger, string sync) => trigger switch
    {
        AlertTrigger.Failed => ("failed", $"cdp status {sync}"),
        AlertTrigger.Stopped => ("was stopped by a guard", $"cdp plan {sync}"),
        AlertTrigger.Rejected => ("had rows rejected", $"cdp rejected {sync}"),
        AlertTrigger.NotFresh => ("was not fresh", $"cdp status {sync}"),
        _ => ("had an unusual number of rows", $"cdp plan {sync}"),
    };
}
