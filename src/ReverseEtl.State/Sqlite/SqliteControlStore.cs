using Microsoft.Data.Sqlite;
using ReverseEtl.Core.State;

namespace ReverseEtl.State.Sqlite;

/// <summary>
/// The control store in one SQLite file on a local disk. Several processes of one machine may have it open; each instance keeps one
/// connection and does one thing at a time on it.
/// </summary>
public sealed partial class SqliteControlStore : IControlStore
{
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly SqliteConnection _connection;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly WriteQueue<Action<SqliteConnection>> _pending = new();
    private readonly List<Statement> _statements = [];
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly Statement _savepoint;
    private readonly Statement _undo;
    private readonly Statement _release;
    private readonly Statement _fenceHolds;
    private readonly JournalStatements _journal;
    private bool _isDisposed;

    internal SqliteControlStore(string path, TimeProvider time, SqliteConnection connection)
    {
        (_path, _time, _connection) = (path, time, connection);
        // Immediate: the lock to write is taken at once, so what a transaction has read cannot change before it writes.
        _begin = Prepare("begin immediate", 0);
        _commit = Prepare("commit", 0);
        _rollback = Prepare("rollback", 0);
        _savepoint = Prepare("savepoint one", 0);
        _undo = Prepare("rollback to one", 0);
        _release = Prepare("release one", 0);
        _fenceHolds = Prepare(FenceHolds, 2);
        _journal = new JournalStatements(Prepare);
    }

    private string Now => Text.Of(_time.GetUtcNow());

    /// <summary>Opens the store; folder, file and tables are created as needed.</summary>
    /// <exception cref="ControlStoreException">The file is damaged, too new, of another program, or cannot be written.</exception>
    public static Task<SqliteControlStore> OpenAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var fullPath = Path.GetFullPath(path);
        return Task.FromResult(new SqliteControlStore(fullPath, time, SqliteFile.Open(fullPath)));
    }

    /// <summary>Waits for the call under way, then lets go of the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        try
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            _statements.ForEach(statement => statement.Dispose());
            await _connection.DisposeAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    private Statement Prepare(string sql, int parameters)
    {
        var statement = new Statement(_connection, sql, parameters);
        _statements.Add(statement);
        return statement;
    }

    private async Task<T> ReadAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return work(_connection);
        }
        catch (SqliteException exception)
        {
            throw SqliteFile.Explain(_path, exception);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>All or nothing, and on disk when the task completes.</summary>
    private async Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        var result = default(T)!;
        await _pending.WriteAsync(connection => result = work(connection), () => ReadAsync(_ => CommitPending(), cancellationToken));
        return result;
    }

    /// <summary>Runs everything that waits in one transaction; nothing where another caller has done so already.</summary>
    private bool CommitPending()
    {
        var group = _pending.Take();
        if (group.Count == 0)
            return false;
        try
        {
            SqliteFile.RefuseMoved(_connection, _path);
            _begin.Run();
            group.RemoveAll(write => !TryRun(write));
            _commit.Run();
            group.ForEach(write => write.Succeed());
        }
        catch (Exception exception)
        {
            RollBack();
            // Nobody may be left waiting, whatever it was.
            var failure = exception is SqliteException sqlite ? SqliteFile.Explain(_path, sqlite) : exception;
            group.ForEach(write => write.Fail(failure));
        }

        return true;
    }

    /// <summary>Runs a write; one that is refused leaves the others of its transaction alone.</summary>
    private bool TryRun(PendingWrite<Action<SqliteConnection>> write)
    {
        _savepoint.Run();
        try
        {
            write.Work(_connection);
            _release.Run();
            return true;
        }
        catch (Exception refusal) when (refusal is not SqliteException)
        {
            _undo.Run();
            _release.Run();
            write.Fail(refusal);
            return false;
        }
    }

    /// <summary>A write that only the lease's holder may do; the check is part of the same transaction.</summary>
    private async Task WriteAsync(Lease lease, Action<SqliteConnection> work, CancellationToken cancellationToken) =>
        await WriteAsync(
            connection =>
            {
                if (!_fenceHolds.Finds(lease.Sync, lease.Fence))
                    throw new LeaseLostException(lease.Sync);
                work(connection);
                return true;
            },
            cancellationToken);

    private void RollBack()
    {
        try
        {
            _rollback.Run();
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself already (disk full, I/O error); the first exception tells why.
        }
    }
}
