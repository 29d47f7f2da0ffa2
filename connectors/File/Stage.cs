using ReverseEtl.DuckDb;

namespace ReverseEtl.Connectors.Files;

/// <summary>A sync's staging file: a DuckDB database. What is committed here survives a crash.</summary>
internal sealed class Stage : IDisposable
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS owned (file VARCHAR NOT NULL);
        CREATE TABLE IF NOT EXISTS field
            (tbl VARCHAR NOT NULL, position INTEGER NOT NULL, name VARCHAR NOT NULL, type VARCHAR NOT NULL, skip BOOLEAN NOT NULL);
        CREATE TABLE IF NOT EXISTS feed (id BIGINT NOT NULL, file VARCHAR NOT NULL, published BOOLEAN NOT NULL);
        CREATE TABLE IF NOT EXISTS batch (id VARCHAR NOT NULL, feed BIGINT NOT NULL);
        """;

    private readonly DuckDBConnection _connection;

    private Stage(DuckDBConnection connection) => _connection = connection;

    /// <summary>Opens the file, or makes a new one.</summary>
    public static Stage Open(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        var isNew = !File.Exists(path);
        var settings = new DuckDBConnectionStringBuilder
        {
            DataSource = path,
            // Sorting a large file spills to disk above this; the default takes most of the machine.
            ["memory_limit"] = "512MB",
            // The default of 16 MB would rewrite the tail of the table after almost every batch.
            ["wal_autocheckpoint"] = "256MB",
        };
        var stage = new Stage(new DuckDBConnection(settings.ConnectionString));
        try
        {
            stage._connection.Open();
            stage.Execute(Schema);
        }
        catch
        {
            stage.Dispose();
            throw;
        }

        if (isNew)
            DirectorySync.Flush(folder);
        return stage;
    }

    /// <summary>Runs statements; <c>?</c> stands for a parameter.</summary>
    public void Execute(string sql, params ReadOnlySpan<object> parameters)
    {
        using var command = Command(sql, parameters);
        command.ExecuteNonQuery();
    }

    /// <summary>Runs one long statement that can be cancelled.</summary>
    public void Execute(string sql, CancellationToken cancellationToken)
    {
        using var command = Command(sql, []);
        command.ExecuteColumns(cancellationToken).Dispose();
    }

    /// <summary>One value; a default where there is none or it is NULL.</summary>
    public T? Scalar<T>(string sql, params ReadOnlySpan<object> parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteScalar() is T value ? value : default;
    }

    /// <summary>All rows of a small result.</summary>
    public List<T> Query<T>(string sql, Func<DuckDBDataReader, T> read, params ReadOnlySpan<object> parameters)
    {
        using var command = Command(sql, parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>Streams a large result by columns. No other statement may run until it is read.</summary>
    public DuckDBColumnReader Stream(string sql, CancellationToken cancellationToken)
    {
        using var command = Command(sql, []);
        return command.ExecuteColumns(cancellationToken);
    }

    public DuckDBAppender Appender(string table) => _connection.CreateAppender(table);

    /// <summary>All or nothing.</summary>
    public void InTransaction(Action work)
    {
        using var transaction = _connection.BeginTransaction();
        work();
        transaction.Commit();
    }

    public bool Owns(string file) => Scalar<long>("SELECT count(*) FROM owned WHERE file = ?", file) > 0;

    public void Own(string file) => Execute("INSERT INTO owned VALUES (?)", file);

    public void Dispose() => _connection.Dispose();

    private DuckDBCommand Command(string sql, ReadOnlySpan<object> parameters)
    {
        var command = new DuckDBCommand(sql, _connection);
        foreach (var parameter in parameters)
            command.Parameters.Add(new DuckDBParameter(parameter));
        return command;
    }
}
