using System.Data.Common;

namespace ReverseEtl.DuckDb;

/// <summary>Makes the provider's objects for code that knows ADO.NET only.</summary>
public sealed class DuckDBClientFactory : DbProviderFactory
{
    public static readonly DuckDBClientFactory Instance = new();

    private DuckDBClientFactory()
    {
    }

    public override DbConnection CreateConnection() => new DuckDBConnection();

    public override DbCommand CreateCommand() => new DuckDBCommand();

    public override DbParameter CreateParameter() => new DuckDBParameter();

    public override DbConnectionStringBuilder CreateConnectionStringBuilder() => new DuckDBConnectionStringBuilder();
}
