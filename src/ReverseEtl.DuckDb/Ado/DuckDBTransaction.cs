using System.Data;
using System.Data.Common;

namespace ReverseEtl.DuckDb;

/// <summary>A transaction. Disposed without a commit, it rolls back. DuckDB has snapshot isolation only.</summary>
public sealed class DuckDBTransaction : DbTransaction
{
    private readonly DuckDBConnection _connection;
    private bool _ended;

    internal DuckDBTransaction(DuckDBConnection connection, IsolationLevel isolationLevel)
    {
        if (isolationLevel is not (IsolationLevel.Unspecified or IsolationLevel.Snapshot))
            throw new ArgumentException($"DuckDB has snapshot isolation only, not {isolationLevel}.", nameof(isolationLevel));
        if (connection.Transaction is not null)
            throw new InvalidOperationException("The connection is in a transaction already.");

        connection.Execute("BEGIN TRANSACTION");
        _connection = connection;
        connection.Transaction = this;
    }

    protected override DbConnection? DbConnection => _ended ? null : _connection;

    public override IsolationLevel IsolationLevel => IsolationLevel.Snapshot;

    public override void Commit() => End("COMMIT");

    public override void Rollback() => End("ROLLBACK");

    private void End(string sql)
    {
        if (_ended)
            throw new InvalidOperationException("The transaction has ended already.");
        // DuckDB ends a transaction whose commit fails, too.
        _ended = true;
        _connection.Transaction = null;
        _connection.Execute(sql);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_ended)
            Rollback();
        base.Dispose(disposing);
    }
}
