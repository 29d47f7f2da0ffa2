namespace ReverseEtl.Conformance;

/// <summary>A clock that stands still until it is told to move, and timers ring as it passes them; or, jumping, one on which every wait is over at once.</summary>
public sealed class ManualTime(DateTimeOffset now, bool jumps = false) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<TimeSpan> _waits = [];
    private DateTimeOffset _now = now;
    private TimeSpan _elapsed;

    /// <summary>The same, at an instant that does not matter.</summary>
    public ManualTime(bool jumps = false)
        : this(new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.Zero), jumps)
    {
    }

    /// <summary>Jumping: longer waits than this stand still, such as the time that a request may take.</summary>
    public TimeSpan LongestJump { get; init; } = TimeSpan.MaxValue;

    /// <summary>The waits that were asked for.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_gate)
                return [.. _waits];
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    public override long GetTimestamp()
    {
        lock (_gate)
            return _elapsed.Ticks;
    }

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan by)
    {
        List<ManualTimer> due;
        lock (_gate)
        {
            _now += by;
            _elapsed += by;
            due = [.. _timers.Where(timer => timer.Rings(_elapsed))];
        }

        due.ForEach(timer => timer.Ring());
    }

    /// <summary>Sets the clock, forward or back; no time passes.</summary>
    public void Set(TimeSpan by)
    {
        lock (_gate)
            _now += by;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        if (dueTime < TimeSpan.Zero)
            return timer;
        lock (_gate)
            _waits.Add(dueTime);
        if (jumps && dueTime <= LongestJump)
            ThreadPool.QueueUserWorkItem(_ => Advance(dueTime));
        return timer;
    }

    private sealed class ManualTimer(ManualTime time, Action ring) : ITimer
    {
        private TimeSpan? _due;
        private TimeSpan _period;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                time._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                    time._timers.Add(this);
                (_due, _period) = (time._elapsed + dueTime, period);
                return true;
            }
        }

        /// <summary>True where it is due; it is then set to its next time.</summary>
        public bool Rings(TimeSpan elapsed)
        {
            if (_due is not { } due || due > elapsed)
                return false;
            _due = _period > TimeSpan.Zero ? elapsed + _period : null;
            return true;
        }

        public void Ring() => ring();

        public void Dispose()
        {
            lock (time._gate)
                time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
