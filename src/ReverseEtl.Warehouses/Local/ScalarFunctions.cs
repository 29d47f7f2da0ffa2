using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>Functions of our own in a session.</summary>
internal static class ScalarFunctions
{
    /// <summary>Makes a function known to a session, unless it is.</summary>
    public static void RegisterOnce(this DuckDBConnection connection, DuckDBScalarFunction function)
    {
        using var command = new DuckDBCommand($"select count(*) from duckdb_functions() where function_name = {DuckDbDialect.Text(function.Name)}", connection);
        if ((long)command.ExecuteScalar()! == 0)
            connection.RegisterScalarFunction(function);
    }
}
