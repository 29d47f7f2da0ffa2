using ReverseEtl.DuckDb.Native;

namespace ReverseEtl.DuckDb;

/// <summary>
/// One piece of work that may be interrupted: by a token, a timeout or a call. DuckDB forgets an interrupt that comes just before
/// its work starts, so once fired it repeats until the work has ended; after the end it never fires, as it would hit the next query.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan Repeat = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new();
    private readonly ConnectionHandle _connection;
    private readonly CancellationToken _token;
    private readonly CancellationTokenRegistration _registration;
    private readonly int _timeoutSeconds;
    private readonly Timer? _timeout;
    private Timer? _repeater;
    private bool _timedOut;
    private bool _ended;

    /// <param name="connection">Where the work runs.</param>
    /// <param name="timeoutSeconds">0: none.</param>
    /// <param name="token">Interrupts the work.</param>
    internal Interruption(ConnectionHandle connection, int timeoutSeconds, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        _connection = connection;
        _token = token;
        _timeoutSeconds = timeoutSeconds;
        if (timeoutSeconds > 0)
            _timeout = new Timer(_ => TimeOut(), null, TimeSpan.FromSeconds(timeoutSeconds), Timeout.InfiniteTimeSpan);
        _registration = token.UnsafeRegister(static self => ((Interruption)self!).Fire(), this);
    }

    internal void Fire()
    {
        lock (_gate)
        {
            if (!_ended)
                _repeater ??= new Timer(_ => Interrupt(), null, TimeSpan.Zero, Repeat);
        }
    }

    private void TimeOut()
    {
        _timedOut = true;
        Fire();
    }

    private void Interrupt()
    {
        lock (_gate)
        {
            if (!_ended)
                Api.duckdb_interrupt(_connection);
        }
    }

    /// <summary>
    /// The exception to throw for an error. Once the caller has cancelled, every error comes back as that: a callback that stops on the
    /// same token fails the query with a message of its own.
    /// </summary>
    internal Exception Explain(DuckDBException error)
    {
        if (_token.IsCancellationRequested)
            return new OperationCanceledException("The query was cancelled.", error, _token);
        if (error.ErrorType != DuckDBErrorType.Interrupt)
            return error;
        if (_timedOut)
            return new DuckDBException($"The query ran longer than CommandTimeout, {_timeoutSeconds} s.", DuckDBErrorType.Interrupt, new TimeoutException());
        // A thread that fails interrupts the others, and now and then one of theirs is the error that DuckDB keeps.
        return WasFired ? error : new DuckDBException("The query failed on one of its threads, and DuckDB kept no message of it; run it again, or with SET threads = 1.", DuckDBErrorType.Interrupt);
    }

    private bool WasFired
    {
        get
        {
            lock (_gate)
                return _repeater is not null;
        }
    }

    public void Dispose()
    {
        lock (_gate)
            _ended = true;
        _registration.Dispose();
        _timeout?.Dispose();
        _repeater?.Dispose();
    }
}
