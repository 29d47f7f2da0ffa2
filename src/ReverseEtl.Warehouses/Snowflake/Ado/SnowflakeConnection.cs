using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>
/// What statements run with. The SQL API keeps no session between requests: opening asks for nothing, and every command carries warehouse, role,
/// database and schema. Commands of one connection may run at the same time.
/// </summary>
public sealed class SnowflakeConnection : DbConnection
{
    private ConnectionState _state = ConnectionState.Closed;

    internal SnowflakeConnection(SnowflakeApi api, SnowflakeContext context) => (Api, Context) = (api, context);

    /// <summary>The connection's settings, without secrets. They are those of the warehouse, and cannot be changed.</summary>
    [AllowNull]
    public override string ConnectionString
    {
        get => $"host={DataSource};warehouse={Context.Warehouse};role={Context.Role};database={Context.Database};schema={Context.Schema}";
        set => throw new NotSupportedException("SnowflakeWarehouse.Connect makes connections; their settings are the project's.");
    }

    /// <summary>The account's host.</summary>
    public override string DataSource => Api.Settings.Root.Host;

    /// <summary>The database; empty for the user's default.</summary>
    public override string Database => Context.Database ?? "";

    /// <summary>The SQL API's version.</summary>
    public override string ServerVersion => "v2";

    public override ConnectionState State => _state;

    internal SnowflakeApi Api { get; }

    internal SnowflakeContext Context { get; private set; }

    public override void Open()
    {
        _state = ConnectionState.Open;
        OnStateChange(new StateChangeEventArgs(ConnectionState.Closed, ConnectionState.Open));
    }

    public override void Close()
    {
        if (_state is ConnectionState.Closed)
            return;
        _state = ConnectionState.Closed;
        OnStateChange(new StateChangeEventArgs(ConnectionState.Open, ConnectionState.Closed));
    }

    /// <summary>The database of the commands to come, as SHOW DATABASES writes it.</summary>
    public override void ChangeDatabase(string databaseName) => Context = Context with { Database = databaseName };

    public new SnowflakeCommand CreateCommand() => new() { Connection = this };

    protected override DbCommand CreateDbCommand() => CreateCommand();

    /// <exception cref="NotSupportedException">Always: there is no session that could hold it.</exception>
    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException(
        "Snowflake's SQL API keeps no session between requests, so no transaction can stay open: put its statements into one command, "
        + "\"begin transaction; ...; commit\", and say how many they are in SnowflakeCommand.StatementCount.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Close();
        base.Dispose(disposing);
    }
}

/// <summary>What a statement runs with; null is the user's default. Names are as SHOW lists them, in upper case as a rule.</summary>
internal sealed record SnowflakeContext
{
    public string? Warehouse { get; init; }

    public string? Role { get; init; }

    public string? Database { get; init; }

    public string? Schema { get; init; }

    /// <summary>What Snowflake's query history shows of the statement.</summary>
    public string? QueryTag { get; init; }

    /// <summary>How long a statement may take; null leaves it to the account.</summary>
    public TimeSpan? StatementTimeout { get; init; }

    /// <summary>A statement that runs with it.</summary>
    public StatementRequest Request(string statement) => new()
    {
        Statement = statement,
        Timeout = (long?)StatementTimeout?.TotalSeconds,
        Warehouse = Warehouse,
        Role = Role,
        Database = Database,
        Schema = Schema,
        Parameters = new SessionParameters { QueryTag = QueryTag },
    };
}
