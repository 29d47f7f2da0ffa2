using ReverseEtl.Core.State;

namespace ReverseEtl.State.Postgres;

/// <summary>
/// The control store in a PostgreSQL database, for several processes on several machines. Writes of one instance that wait at the same
/// time share a transaction. One whose connection is lost is begun anew: every write may be repeated, as it finds what an attempt that
/// got no answer has left.
/// </summary>
public sealed partial class PostgresControlStore : IControlStore
{
    /// <summary>Somebody waits to hear that the server is not there.</summary>
    private static readonly TimeSpan OpeningPatience = TimeSpan.FromSeconds(5);

    /// <summary>A server restarts or fails over meanwhile, and the run goes on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly PostgresDatabase _database;
    private readonly PostgresScope _scope;
    private readonly TimeProvider? _clock;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly WriteQueue<PostgresWrite> _pending = new();
    private bool _isDisposed;

    private PostgresControlStore(PostgresDatabase database, PostgresScope scope, TimeProvider? clock) => (_database, _scope, _clock) = (database, scope, clock);

    /// <summary>Opens the store of a project and environment; schema and tables are created as needed.</summary>
    /// <param name="options">The database.</param>
    /// <param name="folder">The project's folder.</param>
    /// <param name="project">The project's name.</param>
    /// <param name="environment">The environment, if one was chosen.</param>
    /// <param name="clock">What leases go by; the server's clock, which is one for all machines, where it is null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ControlStoreException">The database cannot be reached, or the schema is too new, of another program, or may not be used.</exception>
    public static async Task<PostgresControlStore> OpenAsync(PostgresStateOptions options, string folder, string project, string? environment,
        TimeProvider? clock, CancellationToken cancellationToken)
    {
        var database = new PostgresDatabase(options.Connection(folder));
        try
        {
            var scope = await database.RunAsync(OpeningPatience, async connection =>
            {
                await PostgresSchema.MigrateAsync(connection, database.Place, options.Schema);
                return await PostgresScope.OpenAsync(connection, options.Schema, project, environment);
            }, cancellationToken);
            return new PostgresControlStore(database, scope, clock);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for the write under way, then closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        try
        {
            _isDisposed = true;
            await _database.DisposeAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    private Task<T> ReadAsync<T>(Func<PostgresStatements, Task<T>> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _database.RunAsync(Patience, connection => work(new PostgresStatements(connection, _scope)), cancellationToken);
    }

    /// <summary>All or nothing, and on disk when the task completes. A write that is refused is so before its first change.</summary>
    /// <param name="sync">The sync whose lease is looked at or changed, if any.</param>
    /// <param name="work">The write.</param>
    /// <param name="cancellationToken">Stops it while it waits for its turn.</param>
    private Task WriteAsync(string? sync, Func<PostgresTransaction, Task> work, CancellationToken cancellationToken) =>
        _pending.WriteAsync(new PostgresWrite(sync, work), () => CommitPendingAsync(cancellationToken));

    /// <summary>A write that only the lease's holder may do; the check is part of the same transaction.</summary>
    private Task WriteAsync(Lease lease, Func<PostgresTransaction, Task> work, CancellationToken cancellationToken) => WriteAsync(
        lease.Sync,
        transaction =>
        {
            transaction.Check(lease);
            return work(transaction);
        },
        cancellationToken);

    /// <inheritdoc cref="WriteAsync(Lease, Func{PostgresTransaction, Task}, CancellationToken)"/>
    private Task WriteAsync(Lease lease, Action<PostgresTransaction> work, CancellationToken cancellationToken) => WriteAsync(
        lease,
        transaction =>
        {
            work(transaction);
            return Task.CompletedTask;
        },
        cancellationToken);

    private async Task CommitPendingAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_pending.Take() is { Count: > 0 } group)
                await CommitAsync(group);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Runs everything that waited in one transaction.</summary>
    private async Task CommitAsync(List<PendingWrite<PostgresWrite>> group)
    {
        try
        {
            var isRepeat = false;
            // Not cancelled: it serves several callers.
            var refusals = await _database.RunAsync(Patience, async connection =>
            {
                await using var transaction = await PostgresTransaction.BeginAsync(
                    connection, _scope, group.Select(write => write.Work.Sync).OfType<string>(), _clock, isRepeat);
                var refusals = new List<Exception?>();
                foreach (var write in group)
                    refusals.Add(await TryAsync(write.Work.Work, transaction));
                isRepeat = true;
                await transaction.CommitAsync();
                return refusals;
            }, CancellationToken.None);
            foreach (var (write, refusal) in group.Zip(refusals))
            {
                if (refusal is null)
                    write.Succeed();
                else
                    write.Fail(refusal);
            }
        }
        catch (Exception failure)
        {
            // Nobody may be left waiting, whatever it was.
            group.ForEach(write => write.Fail(failure));
        }
    }

    /// <summary>Runs a write; one that is refused leaves the others of its transaction alone.</summary>
    private static async Task<Exception?> TryAsync(Func<PostgresTransaction, Task> write, PostgresTransaction transaction)
    {
        try
        {
            await write(transaction);
            return null;
        }
        catch (Exception refusal) when (refusal is LeaseLostException or InvalidOperationException)
        {
            return refusal;
        }
    }

    /// <summary>A write, and the sync whose lease it looks at or changes, if any.</summary>
    private sealed record PostgresWrite(string? Sync, Func<PostgresTransaction, Task> Work);
}
