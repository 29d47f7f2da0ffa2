using ReverseEtl.Snowflake.Emulator.Execution;

namespace ReverseEtl.Snowflake.Emulator;

/// <summary>A statement that was submitted, or one of several.</summary>
internal sealed class Statement : IDisposable
{
    private readonly TaskCompletionSource _mayRun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _cancelled = new();
    private int _pollsLeft;

    /// <param name="sql">Its text, or that of all.</param>
    /// <param name="runsForPolls">See <see cref="Trouble.RunsForPolls"/>.</param>
    public Statement(string sql, int? runsForPolls)
    {
        (Sql, _pollsLeft) = (sql, runsForPolls ?? 0);
        if (_pollsLeft == 0)
            _mayRun.SetResult();
    }

    public string Handle { get; } = Guid.NewGuid().ToString();

    public DateTimeOffset CreatedOn { get; } = DateTimeOffset.UtcNow;

    public string Sql { get; }

    /// <summary>When it is over, however it ended.</summary>
    public Task Over { get; set; } = Task.CompletedTask;

    public CancellationToken Cancelled => _cancelled.Token;

    /// <summary>What it gave; null where it runs or failed.</summary>
    public StoredResult? Result { get; set; }

    /// <summary>Why it failed.</summary>
    public EmulatedError? Error { get; set; }

    /// <summary>The statements that it consists of, where it is several.</summary>
    public IReadOnlyList<Statement>? Parts { get; set; }

    /// <summary>Its status is asked for; true while it runs.</summary>
    public bool Poll()
    {
        if (!Over.IsCompleted && Interlocked.Decrement(ref _pollsLeft) == 0)
            _mayRun.TrySetResult();
        return !Over.IsCompleted;
    }

    /// <summary>Waits until the script lets it run.</summary>
    public Task MayRunAsync(CancellationToken cancellationToken) => _mayRun.Task.WaitAsync(cancellationToken);

    /// <summary>Stops it; false where it was over.</summary>
    public bool Cancel()
    {
        if (Over.IsCompleted)
            return false;
        _cancelled.Cancel();
        return true;
    }

    public void Dispose() => _cancelled.Dispose();
}
