using ReverseEtl.DuckDb;

namespace ReverseEtl.Tests.DuckDb;

/// <summary>An in-memory database and short ways to ask it.</summary>
internal static class Db
{
    internal static DuckDBConnection Open(string settings = "Data Source=:memory:")
    {
        var connection = new DuckDBConnection(settings);
        connection.Open();
        return connection;
    }

    internal static DuckDBCommand Command(this DuckDBConnection connection, string sql, params object?[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter as DuckDBParameter ?? new DuckDBParameter(parameter));
        return command;
    }

    internal static int Run(this DuckDBConnection connection, string sql, params object?[] parameters)
    {
        using var command = connection.Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    internal static object? Scalar(this DuckDBConnection connection, string sql, params object?[] parameters)
    {
        using var command = connection.Command(sql, parameters);
        return command.ExecuteScalar();
    }

    /// <summary>The first row's first value, read as T.</summary>
    internal static T Value<T>(this DuckDBConnection connection, string sql, params object?[] parameters)
    {
        using var command = connection.Command(sql, parameters);
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        return reader.GetFieldValue<T>(0);
    }
}

/// <summary>A folder that goes with the test.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("cdp-duckdb-").FullName;

    internal string File(string name) => Path.Combine(_path, name);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
