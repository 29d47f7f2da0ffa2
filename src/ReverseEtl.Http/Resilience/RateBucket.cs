using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Resilience;

/// <summary>
/// The request budget of one account, shared by every sync that uses it. Each token comes back one period after it was taken, so no
/// window of that length ever sees more requests than the budget has. Callers are served in the order they came.
/// </summary>
public sealed class RateBucket
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly TimeSpan _period;
    private readonly TimeSpan[] _tokens;
    private int _next;
    private TimeSpan _pausedUntil;

    /// <param name="budget">Requests per period; null where the vendor names none, and only its pushing back counts.</param>
    /// <param name="time">The clock.</param>
    public RateBucket(RateBudget? budget, TimeProvider time)
    {
        if (budget is not null)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(budget.Requests, nameof(budget));
        (_time, _start) = (time, time.GetTimestamp());
        (_period, _tokens) = budget is null ? (TimeSpan.Zero, []) : (budget.Per, new TimeSpan[budget.Requests]);
    }

    private TimeSpan Now => _time.GetElapsedTime(_start);

    /// <summary>Waits until one more request may be made.</summary>
    public async ValueTask TakeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var turn = Reserve();

        // Looked at again after every wait: the vendor may have pushed back meanwhile.
        for (var wait = Until(turn); wait > TimeSpan.Zero; wait = Until(turn))
            await Task.Delay(WholeMilliseconds(wait), _time, cancellationToken);
    }

    /// <summary>The vendor asked to wait: nobody sends before that.</summary>
    public void PushBack(TimeSpan wait)
    {
        lock (_gate)
            _pausedUntil = Max(_pausedUntil, Now + wait);
    }

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
