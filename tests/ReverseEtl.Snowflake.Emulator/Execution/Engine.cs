using System.Reflection;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Snowflake.Emulator.Execution;

/// <summary>The databases of the account, each a DuckDB in memory, and the sessions on them: one for each request.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly EmulatorOptions _options;
    private readonly DuckDBConnection _root = new("Data Source=:memory:");

    private Engine(EmulatorOptions options) => _options = options;

    public static async Task<Engine> StartAsync(EmulatorOptions options, CancellationToken cancellationToken)
    {
        var engine = new Engine(options);
        await engine._root.OpenAsync(cancellationToken);
        using var macros = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("macros.sql")!);
        Execute(engine._root, await macros.ReadToEndAsync(cancellationToken), cancellationToken);
        Execute(engine._root, DatabaseSql(options.Database, options.Schema), cancellationToken);
        return engine;
    }

    /// <summary>A session with what the request asks for, or the user's defaults.</summary>
    /// <exception cref="EmulatedError">The user has not what is asked for.</exception>
    public DuckDBConnection Session(StatementBody body)
    {
        if (body.Role is { } role && role != _options.Role)
            throw new EmulatedError("390189", "08001", $"Role '{role}' specified in the connect string does not exist or not authorized.");
        var session = _root.Duplicate();
        try
        {
            var path = $"{WireNames.Quoted(body.Database ?? _options.Database)}.{WireNames.Quoted(body.Schema ?? _options.Schema)},memory.main";
            Execute(session, $"set timezone = 'UTC'; set default_null_order = 'nulls_last_on_asc_first_on_desc'; set streaming_buffer_size = '4MB'; "
                + $"set variable role = '{_options.Role}'; set variable account = '{_options.Account}'; set search_path = '{path.Replace("'", "''", StringComparison.Ordinal)}'");
            if ((body.Warehouse ?? _options.Warehouse) == _options.Warehouse)
                Execute(session, $"set variable warehouse = '{_options.Warehouse}'");
            return session;
        }
        catch (DuckDBException)
        {
            session.Dispose();
            throw EmulatedError.Compilation("\nObject does not exist, or operation cannot be performed.", "002043", "02000");
        }
    }

    /// <summary>The SQL that makes a database.</summary>
    public static string DatabaseSql(string name, string schema = "PUBLIC") =>
        $"attach ':memory:' as {WireNames.Quoted(name)}; create schema {WireNames.Quoted(name)}.{WireNames.Quoted(schema)}";

    public static int Execute(DuckDBConnection connection, string sql, CancellationToken cancellationToken = default)
    {
        using var command = new DuckDBCommand(sql, connection);
        return command.ExecuteNonQueryAsync(cancellationToken).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _root.DisposeAsync();
}
