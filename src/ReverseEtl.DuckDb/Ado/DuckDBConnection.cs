using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using ReverseEtl.DuckDb.Native;

namespace ReverseEtl.DuckDb;

/// <summary>
/// A connection to a DuckDB database. Connections of one process to the same file share one instance of it, so their settings must agree.
/// Not for use by several threads at once; <see cref="Duplicate"/> makes another.
/// </summary>
public sealed unsafe class DuckDBConnection : DbConnection
{
    private DatabaseHandle? _database;
    private ConnectionHandle? _connection;
    private DuckDBConnectionStringBuilder _settings = [];

    public DuckDBConnection()
    {
    }

    public DuckDBConnection(string connectionString) => ConnectionString = connectionString;

    /// <summary>See <see cref="DuckDBConnectionStringBuilder"/>.</summary>
    [AllowNull]
    public override string ConnectionString
    {
        get => _settings.ConnectionString;
        set
        {
            if (_connection is not null)
                throw new InvalidOperationException("The connection is open: its connection string is fixed.");
            _settings = new DuckDBConnectionStringBuilder(value ?? "");
        }
    }

    public override string DataSource => _settings.DataSource;

    /// <summary>DuckDB names a database after its file.</summary>
    public override string Database => DataSource == DuckDBConnectionStringBuilder.InMemoryDataSource ? "memory" : Path.GetFileNameWithoutExtension(DataSource);

    /// <summary>The version of the native library.</summary>
    public override string ServerVersion => NativeText.Borrowed(Api.duckdb_library_version())!;

    public override ConnectionState State => _connection is null ? ConnectionState.Closed : ConnectionState.Open;

    protected override DbProviderFactory DbProviderFactory => DuckDBClientFactory.Instance;

    /// <exception cref="InvalidOperationException">The connection is not open.</exception>
    internal ConnectionHandle Handle => _connection ?? throw new InvalidOperationException("The connection is not open.");

    internal DuckDBTransaction? Transaction { get; set; }

    /// <exception cref="DuckDBException">The file is not a database, is locked by another process, or a setting is wrong.</exception>
    /// <exception cref="DllNotFoundException">The native library is missing; the message says how to get it.</exception>
    public override void Open()
    {
        if (_connection is not null)
            throw new InvalidOperationException("The connection is open already.");

        Attach(DuckDb.Database.Open(_settings));
    }

    public override Task OpenAsync(CancellationToken cancellationToken) => Task.Run(Open, cancellationToken);

    private void Attach(DatabaseHandle database)
    {
        database.Retain();
        try
        {
            _connection = DuckDb.Database.Connect(database);
            _database = database;
        }
        catch
        {
            database.Release();
            throw;
        }
        OnStateChange(new StateChangeEventArgs(ConnectionState.Closed, ConnectionState.Open));
    }

    /// <summary>A second open connection to the same database, in memory or not. The database lives until the last of them is closed.</summary>
    public DuckDBConnection Duplicate()
    {
        _ = Handle;
        var duplicate = new DuckDBConnection(ConnectionString);
        duplicate.Attach(_database!);
        return duplicate;
    }

    public override void Close()
    {
        if (_connection is null)
            return;

        Transaction?.Dispose();
        _connection.Dispose();
        _database?.Release();
        _connection = null;
        _database = null;
        OnStateChange(new StateChangeEventArgs(ConnectionState.Open, ConnectionState.Closed));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Close();
        base.Dispose(disposing);
    }

    /// <summary>Makes another attached database the default one.</summary>
    public override void ChangeDatabase(string databaseName) => Execute($"USE {TypeNames.Quoted(databaseName)}");

    public new DuckDBCommand CreateCommand() => new() { Connection = this };

    protected override DbCommand CreateDbCommand() => CreateCommand();

    public new DuckDBTransaction BeginTransaction() => BeginTransaction(IsolationLevel.Unspecified);

    public new DuckDBTransaction BeginTransaction(IsolationLevel isolationLevel) => new(this, isolationLevel);

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => BeginTransaction(isolationLevel);

    /// <summary>An appender for a table; a name that is null means the current catalog or schema.</summary>
    /// <exception cref="DuckDBException">There is no such table.</exception>
    public DuckDBAppender CreateAppender(string? catalog, string? schema, string table) => new(Handle, catalog, schema, table);

    public DuckDBAppender CreateAppender(string? schema, string table) => CreateAppender(null, schema, table);

    public DuckDBAppender CreateAppender(string table) => CreateAppender(null, null, table);

    /// <summary>Makes a C# function callable in SQL, by every connection to this database until it is closed.</summary>
    public void RegisterScalarFunction(DuckDBScalarFunction function) => ScalarFunctionHost.Register(Handle, function);

    /// <summary>Makes a C# stream of rows readable in SQL, as <c>FROM name()</c>, by every connection to this database until it is closed.</summary>
    public void RegisterTableFunction(DuckDBTableFunction function) => TableFunctionHost.Register(Handle, function);

    /// <summary>Has DuckDB follow the progress of this connection's queries, for <see cref="GetQueryProgress"/>.</summary>
    public void EnableProgress() => Execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false");

    /// <summary>How far the running query is; may be called from any thread while it runs.</summary>
    public DuckDBQueryProgress GetQueryProgress()
    {
        var progress = Api.duckdb_query_progress(Handle);
        return new(progress.Percentage < 0 ? null : progress.Percentage, (long)progress.RowsProcessed, (long)progress.TotalRows);
    }

    internal void Execute(string sql)
    {
        using var command = CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
