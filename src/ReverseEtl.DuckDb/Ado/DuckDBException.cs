using System.Data.Common;

namespace ReverseEtl.DuckDb;

/// <summary>What DuckDB says is wrong.</summary>
public sealed class DuckDBException : DbException
{
    public DuckDBException(string message, DuckDBErrorType errorType, Exception? inner = null)
        : base(message, inner) => ErrorType = errorType;

    internal DuckDBException(string? message)
        : this(message ?? "DuckDB gives no reason.", ErrorTypes.Of(message ?? ""))
    {
    }

    public DuckDBErrorType ErrorType { get; }

    /// <summary>True for a write conflict between transactions: the same transaction may succeed when repeated.</summary>
    public override bool IsTransient => ErrorType == DuckDBErrorType.Transaction && Message.Contains("onflict", StringComparison.Ordinal);
}
