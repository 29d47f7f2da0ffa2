using System.Data.Common;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>What Snowflake says is wrong, or that it cannot be asked.</summary>
public sealed class SnowflakeException(string message, Exception? inner = null) : DbException(message, inner)
{
    /// <summary>Snowflake's error code: <c>000904</c>. Null where no answer of the SQL API came.</summary>
    public string? Code { get; init; }

    /// <summary>The SQLSTATE: <c>42000</c>.</summary>
    public override string? SqlState => State;

    /// <summary>The id of the query, as in Snowflake's query history; null where none was started.</summary>
    public string? QueryId { get; init; }

    /// <summary>The line of the statement, counted from 1; null where Snowflake names none.</summary>
    public int? Line { get; init; }

    /// <summary>The character of the line, counted from 0 as Snowflake does; null where it names none.</summary>
    public int? Position { get; init; }

    /// <summary>True where the same statement may succeed when it is run again.</summary>
    public override bool IsTransient => Transient;

    internal string? State { get; init; }

    internal bool Transient { get; init; }
}
