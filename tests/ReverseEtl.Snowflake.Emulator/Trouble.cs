namespace ReverseEtl.Snowflake.Emulator;

/// <summary>What a request is about.</summary>
public enum Step
{
    Submit,
    Status,
    Partition,
    Cancel,
}

/// <summary>How the emulator misbehaves: one step of a script.</summary>
/// <param name="On">The requests that it meets.</param>
public sealed record Trouble(Step On)
{
    /// <summary>How many of them, counted from the next on.</summary>
    public int Times { get; init; } = 1;

    /// <summary>Only statements that have this text; null for all.</summary>
    public string? Sql { get; init; }

    /// <summary>Answer with this status and do nothing else: 401, 429, 500, 503.</summary>
    public int? Status { get; init; }

    /// <summary>Seconds for <c>Retry-After</c>.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Cut the connection before anything is done.</summary>
    public bool Drop { get; init; }

    /// <summary>Do what is asked for, to its end, and cut the connection instead of answering.</summary>
    public bool DropAfterwards { get; init; }

    /// <summary>Cut the connection after so many bytes of the answer's body.</summary>
    public int? DropAfterBytes { get; init; }

    /// <summary>The statement is still running when its status is asked for so often; it begins to compute then. -1: it never does.</summary>
    public int? RunsForPolls { get; init; }
}

/// <summary>Troubles in the order they come.</summary>
public sealed class Script
{
    private readonly List<(Trouble Trouble, int Left)> _steps = [];
    private readonly Lock _gate = new();

    /// <summary>Adds one.</summary>
    public void Add(Trouble trouble)
    {
        lock (_gate)
            _steps.Add((trouble, trouble.Times));
    }

    internal Trouble? Take(Step step, string? sql)
    {
        lock (_gate)
        {
            var at = _steps.FindIndex(item => item.Trouble.On == step && (item.Trouble.Sql is null || sql?.Contains(item.Trouble.Sql, StringComparison.Ordinal) == true));
            if (at < 0)
                return null;
            var (trouble, left) = _steps[at];
            if (left == 1)
                _steps.RemoveAt(at);
            else
                _steps[at] = (trouble, left - 1);
            return trouble;
        }
    }
}
