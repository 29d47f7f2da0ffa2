using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Resilience;

/// <summary>
/// The request budget of one account, shared by every sync that uses it. Each token comes back one period after it was taken, so no
/// window of that length ever sees more requests than the budget has. Callers are served in the order they came. A vendor that throttles
/// gets half of the batches at once that it had, and with every one that it answers a little more again.
/// </summary>
public sealed class RateBucket : IRequestGate
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly TimeSpan _period;
    private readonly TimeSpan[] _tokens;
    private readonly Queue<TaskCompletionSource> _waiting = [];
    private readonly SharedBudget? _shared;
    private int _next;
    private TimeSpan _pausedUntil;
    private int _underWay;
    private double _atOnce = double.PositiveInfinity;

    /// <param name="budget">Requests per period; null where the vendor names none, and only its pushing back counts.</param>
    /// <param name="time">The clock.</param>
    public RateBucket(RateBudget? budget, TimeProvider time)
        : this(budget, time, shared: null)
    {
    }

    /// <summary>The same, where other processes use the account too: then they share the budget, and what the vendor says of waiting.</summary>
    internal RateBucket(RateBudget? budget, TimeProvider time, SharedBudget? shared)
    {
        if (budget is not null)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(budget.Requests, nameof(budget));
        (_time, _start, _shared) = (time, time.GetTimestamp(), shared);
        (_period, _tokens) = budget is null ? (TimeSpan.Zero, []) : (budget.Per, new TimeSpan[budget.Requests]);
    }

    private TimeSpan Now => _time.GetElapsedTime(_start);

    /// <summary>
    /// Waits until one more batch may be on its way, and until nobody has been asked to wait; the caller says by <see cref="Answered"/> how
    /// it went.
    /// </summary>
    public async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await FindRoomAsync(cancellationToken);
        try
        {
            await WaitAsync(TimeSpan.Zero, cancellationToken);
        }
        catch
        {
            Leave();
            throw;
        }
    }

    /// <summary>A batch is answered.</summary>
    /// <param name="throttled">True where the vendor did not take it now.</param>
    public void Answered(bool throttled)
    {
        lock (_gate)
            _atOnce = throttled ? Math.Max(1, Math.Min(_atOnce, _underWay) / 2) : _atOnce + (1 / _atOnce);
        Leave();
    }

    /// <inheritdoc/>
    public async ValueTask TakeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_shared is not null)
        {
            await _shared.TakeAsync(cancellationToken);
            return;
        }

        var turn = Reserve();
        while (await WaitAsync(turn, cancellationToken))
            turn = Reserve();
    }

    /// <inheritdoc/>
    public void PushBack(TimeSpan wait)
    {
        lock (_gate)
            _pausedUntil = Max(_pausedUntil, Now + wait);
        _shared?.PushBack(wait);
    }

    private async ValueTask FindRoomAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource turn;
        lock (_gate)
        {
            if (_waiting.Count == 0 && HasRoom)
            {
                _underWay++;
                return;
            }

            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
        }

        await using var cancelled = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken));
        await turn.Task;
    }

    private void Leave()
    {
        lock (_gate)
        {
            _underWay--;
            while (HasRoom && _waiting.TryDequeue(out var next))
                _underWay += next.TrySetResult() ? 1 : 0;
        }
    }

    /// <summary>Waits for a turn, looking again after every wait, as the vendor may have pushed back meanwhile.</summary>
    /// <returns>True where it did, beyond the turn: all who had one before that would go at once, so each needs another.</returns>
    private async ValueTask<bool> WaitAsync(TimeSpan turn, CancellationToken cancellationToken)
    {
        for (var wait = Until(turn); wait > TimeSpan.Zero; wait = Until(turn))
            await Task.Delay(WholeMilliseconds(wait), _time, cancellationToken);
        lock (_gate)
            return _pausedUntil > turn;
    }

    private bool HasRoom => _underWay + 1 <= _atOnce;

    private TimeSpan Reserve()
    {
        lock (_gate)
        {
            var turn = Max(Now, _pausedUntil);
            if (_tokens.Length == 0)
                return turn;
            turn = Max(turn, _tokens[_next]);
            _tokens[_next] = turn + _period;
            _next = (_next + 1) % _tokens.Length;
            return turn;
        }
    }

    private TimeSpan Until(TimeSpan turn)
    {
        lock (_gate)
            return Max(turn, _pausedUntil) - Now;
    }

    // Timers count whole milliseconds: rounded down, the last wait would be none and the loop would spin.
    private static TimeSpan WholeMilliseconds(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
