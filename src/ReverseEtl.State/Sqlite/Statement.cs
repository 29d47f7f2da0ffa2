using Microsoft.Data.Sqlite;

namespace ReverseEtl.State.Sqlite;

/// <summary>A statement that is compiled once, for what runs per batch or per row. Parameters are <c>$1</c>, <c>$2</c>, ... in order.</summary>
internal sealed class Statement : IDisposable
{
    private readonly SqliteCommand _command;

    public Statement(SqliteConnection connection, string sql, int parameters)
    {
        _command = connection.CreateCommand();
        _command.CommandText = sql;
        for (var number = 1; number <= parameters; number++)
            _command.Parameters.Add(new SqliteParameter { ParameterName = $"${number}" });
    }

    /// <summary>Runs it for its effect; gives the number of rows it changed.</summary>
    public int Run(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteNonQuery();
    }

    /// <summary>Runs it for its rows; the caller disposes the reader before the next use.</summary>
    public SqliteDataReader Read(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteReader();
    }

    /// <summary>True where it finds a row.</summary>
    public bool Finds(params ReadOnlySpan<object?> values)
    {
        using var reader = Read(values);
        return reader.Read();
    }

    public void Dispose() => _command.Dispose();

    private void Bind(ReadOnlySpan<object?> values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, _command.Parameters.Count);
        for (var index = 0; index < values.Length; index++)
            _command.Parameters[index].Value = values[index] ?? DBNull.Value;
    }
}
