using System.Data;
using System.Globalization;
using Npgsql;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.Local.Streaming;

namespace ReverseEtl.Warehouses.Postgres.Copy;

/// <summary>
/// Reads models at one state of the database: a transaction in which every reading sees what the first one saw. One reading at a time;
/// one that DuckDB does not want to the end is cancelled, which takes the transaction back to the savepoint before it and no further.
/// </summary>
internal sealed class PostgresCapture : ModelCapture
{
    private const string Savepoint = "cdp_scan";

    private readonly PostgresSession _session;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly int _backend;
    private NpgsqlRawCopyStream? _open;
    private volatile bool _isCancelled;
    private Task _cancelling = Task.CompletedTask;

    private PostgresCapture(PostgresSession session, NpgsqlConnection connection, NpgsqlTransaction transaction, int backend) =>
        (_session, _connection, _transaction, _backend) = (session, connection, transaction, backend);

    /// <exception cref="WarehouseException">The warehouse cannot be used.</exception>
    public static async Task<PostgresCapture> BeginAsync(PostgresSession session, CancellationToken cancellationToken)
    {
        var connection = await session.OpenAsync(cancellationToken);
        try
        {
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            await using var command = new NpgsqlCommand("select pg_backend_pid()", connection);
            return new PostgresCapture(session, connection, transaction, (int)(await command.ExecuteScalarAsync(cancellationToken))!);
        }
        catch (NpgsqlException error)
        {
            await connection.DisposeAsync();
            throw PostgresErrors.Unusable(error);
        }
    }

    /// <inheritdoc/>
    public override void End(ModelQuery query, CellRows rows, bool isRead)
    {
        var stream = _open!;
        _open = null;
        try
        {
            Close(stream, isRead);
            Execute(isRead ? $"release {Savepoint}" : $"rollback to {Savepoint}");
        }
        catch (Exception error)
        {
            // Nobody hears of it here; the next reading fails, and this is why.
            Fail(error, query);
        }
    }

    /// <inheritdoc/>
    public override void Cancel()
    {
        _isCancelled = true;
        _cancelling = Task.Run(CancelAsync);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _cancelling;
        try
        {
            await _transaction.DisposeAsync();
        }
        catch (NpgsqlException)
        {
            // The connection is gone, and the transaction with it.
        }

        await _connection.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override CellRows Begin(ModelQuery query)
    {
        if (_open is not null)
            throw new InvalidOperationException("the model is read twice at the same time");
        Execute($"savepoint {Savepoint}");
        if (_isCancelled)
            throw new InvalidOperationException("the reading of the model was given up");
        _open = _connection.BeginRawBinaryCopy(query.Statement);
        return new CopyRows(_open, query.Columns.Count);
    }

    /// <inheritdoc/>
    protected override Exception Translate(Exception error, ModelQuery query) => error switch
    {
        NpgsqlException known => PostgresErrors.Translate(known, query.Model, query.Statement, _connection.UserName),
        IOException or InvalidDataException => PostgresErrors.Unusable(error),
        // Between two statements the server went, and the driver has closed the connection.
        InvalidOperationException when _connection.State is not System.Data.ConnectionState.Open => PostgresErrors.Unusable(error),
        _ => error,
    };

    // A reader that waits for rows finds its query cancelled.
    private async Task CancelAsync()
    {
        try
        {
            await using var connection = await _session.OpenAsync(CancellationToken.None);
            await using var command = new NpgsqlCommand(string.Create(CultureInfo.InvariantCulture, $"select pg_cancel_backend({_backend})"), connection);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception error) when (error is NpgsqlException or WarehouseException)
        {
            // The server cannot be reached: what it does there is lost anyway.
        }
    }

    private static void Close(NpgsqlRawCopyStream stream, bool isRead)
    {
        try
        {
            if (!isRead)
                stream.Cancel();
            stream.Dispose();
        }
        catch (Exception error) when (error is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } or ObjectDisposedException)
        {
            // As it was asked to be, or it has ended by itself, with an error that whoever read it has seen.
        }
    }

    private void Execute(string sql)
    {
        using var command = new NpgsqlCommand(sql, _connection);
        command.ExecuteNonQuery();
    }
}
