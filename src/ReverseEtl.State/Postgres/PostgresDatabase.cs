using System.Diagnostics;
using Npgsql;

namespace ReverseEtl.State.Postgres;

/// <summary>The database, for one piece of work at a time that is begun anew where the connection fails.</summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly NpgsqlDataSource _source;

    /// <summary>When work first failed since some last succeeded; 0 where it did not.</summary>
    private long _failingSince;

    public PostgresDatabase(NpgsqlConnectionStringBuilder connection)
    {
        Place = $"{connection.Host}:{connection.Port}/{connection.Database}";
        _source = NpgsqlDataSource.Create(connection);
    }

    /// <summary>Host, port and database, for messages.</summary>
    public string Place { get; }

    /// <summary>Does some work on a connection; again from its beginning where it fails by what passes.</summary>
    /// <param name="patience">
    /// How long another attempt is begun after work first failed, this or other: where it has run out for one caller the next is not kept waiting.
    /// </param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="Core.State.ControlStoreException">The database cannot be used.</exception>
    public async Task<T> RunAsync<T>(TimeSpan patience, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                await using var connection = await _source.OpenConnectionAsync(cancellationToken);
                var result = await work(connection);
                Interlocked.Exchange(ref _failingSince, 0);
                return result;
            }
            catch (NpgsqlException error)
            {
                // The others go to the same server, which may be gone or no longer take writes.
                _source.Clear();
                if (!PostgresErrors.IsPassing(error) || FailingFor() + wait > patience)
                    throw PostgresErrors.Explain(Place, error);
            }

            await Task.Delay(wait, cancellationToken);
        }
    }

    private TimeSpan FailingFor()
    {
        var now = Stopwatch.GetTimestamp();
        var since = Interlocked.CompareExchange(ref _failingSince, now, 0);
        return Stopwatch.GetElapsedTime(since == 0 ? now : since, now);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
