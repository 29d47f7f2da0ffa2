using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace ReverseEtl.DuckDb;

/// <summary>A script of one or more statements; the result is the last one's. Parameters: <c>$name</c>, <c>$1</c> or <c>?</c>.</summary>
public sealed class DuckDBCommand : DbCommand
{
    private Interruption? _running;

    public DuckDBCommand()
    {
    }

    public DuckDBCommand(string commandText, DuckDBConnection connection)
    {
        CommandText = commandText;
        Connection = connection;
    }

    [AllowNull]
    public override string CommandText { get => field; set => field = value ?? ""; } = "";

    /// <summary>Seconds until the statement is interrupted; 0, the default, means never. Does not count the time in which a stream is read.</summary>
    public override int CommandTimeout { get; set; }

    public override CommandType CommandType
    {
        get => CommandType.Text;
        set
        {
            if (value != CommandType.Text)
                throw new NotSupportedException("DuckDB has command texts only.");
        }
    }

    public new DuckDBConnection? Connection { get; set; }

    public new DuckDBParameterCollection Parameters { get; } = [];

    /// <summary>Rows are computed as they are read instead of all at once before the first. <see cref="ExecuteColumns"/> always streams.</summary>
    public bool UseStreamingMode { get; set; }

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource { get; set; }

    protected override DbConnection? DbConnection
    {
        get => Connection;
        set => Connection = (DuckDBConnection?)value;
    }

    protected override DbParameterCollection DbParameterCollection => Parameters;

    /// <summary>A connection has one transaction at most, so there is nothing to choose.</summary>
    protected override DbTransaction? DbTransaction { get; set; }

    /// <summary>Interrupts the command from another thread; it fails with <see cref="DuckDBErrorType.Interrupt"/>.</summary>
    public override void Cancel() => Volatile.Read(ref _running)?.Fire();

    /// <summary>Statements are prepared as they run, since each may need what those before it create.</summary>
    public override void Prepare()
    {
    }

    protected override DbParameter CreateDbParameter() => new DuckDBParameter();

    /// <returns>Rows changed; -1 where no statement changes rows.</returns>
    public override int ExecuteNonQuery() => NonQuery(default);

    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken) => Task.Run(() => NonQuery(cancellationToken), cancellationToken);

    /// <returns>The first row's first value; null where there is no row.</returns>
    public override object? ExecuteScalar() => Scalar(default);

    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken) => Task.Run(() => Scalar(cancellationToken), cancellationToken);

    public new DuckDBDataReader ExecuteReader() => Reader(CommandBehavior.Default, default);

    public new DuckDBDataReader ExecuteReader(CommandBehavior behavior) => Reader(behavior, default);

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => Reader(behavior, default);

    protected override Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        Task.Run(DbDataReader () => Reader(behavior, cancellationToken), cancellationToken);

    /// <summary>Runs the command and streams its rows as columns.</summary>
    public DuckDBColumnReader ExecuteColumns(CancellationToken cancellationToken = default) => Run(streaming: true, cancellationToken);

    private int NonQuery(CancellationToken cancellationToken)
    {
        using var reader = Run(streaming: false, cancellationToken);
        return reader.RowsAffected;
    }

    private object? Scalar(CancellationToken cancellationToken)
    {
        using var reader = Reader(CommandBehavior.SingleRow, cancellationToken);
        return reader.Read() ? reader.GetValue(0) : null;
    }

    private DuckDBDataReader Reader(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        var columns = Run(UseStreamingMode, cancellationToken);
        try
        {
            return new DuckDBDataReader(columns, behavior.HasFlag(CommandBehavior.CloseConnection) ? Connection : null, cancellationToken);
        }
        catch
        {
            columns.Dispose();
            throw;
        }
    }

    private DuckDBColumnReader Run(bool streaming, CancellationToken cancellationToken)
    {
        var connection = (Connection ?? throw new InvalidOperationException("The command has no connection.")).Handle;
        using var interruption = new Interruption(connection, CommandTimeout, cancellationToken);
        Volatile.Write(ref _running, interruption);
        try
        {
            return new DuckDBColumnReader(connection, StatementRunner.Run(connection, CommandText, Parameters, streaming, interruption));
        }
        finally
        {
            Volatile.Write(ref _running, null);
        }
    }
}
