using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;

namespace ReverseEtl.Http.Resilience;

/// <summary>
/// A request budget that other processes use too: one caller at a time asks the store for all who wait here, and hands on what it got in the
/// order they came. Without the store's word nobody makes a request.
/// </summary>
internal sealed class SharedBudget(IRequestBudgets budgets, string account, RateBudget? budget, TimeProvider time)
{
    // Room may come earlier than was said: clocks are set, budgets are raised.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestJitter = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource> _waiting = [];
    private readonly long _start = time.GetTimestamp();
    private bool _isAsking;
    private TimeSpan _untoldUntil;

    /// <summary>What was pushed back and is being told; ends without an error.</summary>
    public Task Telling { get; private set; } = Task.CompletedTask;

    /// <summary>Waits until one more request may be made.</summary>
    /// <exception cref="ControlStoreException">The store cannot be asked.</exception>
    public async ValueTask TakeAsync(CancellationToken cancellationToken)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Enqueue(turn);
            if (!_isAsking)
            {
                _isAsking = true;
                _ = AskAsync();
            }
        }

        await using var cancelled = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken));
        await turn.Task;
    }

    /// <summary>Tells the other processes to wait; where that fails, before the next request is asked for.</summary>
    public void PushBack(TimeSpan wait)
    {
        lock (_gate)
        {
            var until = Now + wait;
            _untoldUntil = until > _untoldUntil ? until : _untoldUntil;
            Telling = TellAgainAsync(Telling);
        }
    }

    private TimeSpan Now => time.GetElapsedTime(_start);

    private async Task TellAgainAsync(Task before)
    {
        await before;
        try
        {
            await TellAsync();
        }
        catch (Exception error) when (error is ControlStoreException or ObjectDisposedException)
        {
            // Without the store the others make no requests either.
        }
    }

    private async Task TellAsync()
    {
        TimeSpan until;
        lock (_gate)
            until = _untoldUntil;
        if (until - Now is var wait && wait > TimeSpan.Zero)
            await budgets.PushBackAsync(account, wait, CancellationToken.None);
        lock (_gate)
            _untoldUntil = _untoldUntil > until ? _untoldUntil : TimeSpan.Zero;
    }

    /// <summary>Asks as long as somebody waits.</summary>
    private async Task AskAsync()
    {
        // Not while the lock is held, and those who come at the same time are asked for together.
        await Task.Yield();
        while (Wanted() is var wanted and > 0)
        {
            try
            {
                await TellAsync();
                var room = await budgets.TakeAsync(account, budget, wanted, CancellationToken.None);
                for (var granted = 0; granted < room.Granted; granted++)
                    Next()?.TrySetResult();
                if (room.Wait > TimeSpan.Zero)
                    await Task.Delay(Jittered(room.Wait), time);
            }
            catch (Exception error)
            {
                // Whatever it was, nobody may be left waiting.
                for (var refused = 0; refused < wanted; refused++)
                    Next()?.TrySetException(error);
            }
        }
    }

    /// <summary>How many wait; whoever asks ends where nobody does.</summary>
    private int Wanted()
    {
        lock (_gate)
        {
            while (_waiting.TryPeek(out var first) && first.Task.IsCompleted)
                _waiting.Dequeue();
            var wanted = _waiting.Count(turn => !turn.Task.IsCompleted);
            _isAsking = wanted > 0;
            return wanted;
        }
    }

    private TaskCompletionSource? Next()
    {
        lock (_gate)
        {
            while (_waiting.TryDequeue(out var next))
            {
                if (!next.Task.IsCompleted)
                    return next;
            }

            return null;
        }
    }

    // So that processes which wait for the same instant do not all come back at it.
    private static TimeSpan Jittered(TimeSpan wait)
    {
        var capped = wait < LongestWait ? wait : LongestWait;
        var jitter = Math.Min(capped.TotalMilliseconds / 4, LongestJitter.TotalMilliseconds) * Random.Shared.NextDouble();
        return TimeSpan.FromMilliseconds(Math.Ceiling(capped.TotalMilliseconds + jitter));
    }
}
