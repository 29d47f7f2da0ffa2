using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Local.Streaming;

/// <summary>A warehouse that sends the rows of models as a stream: how it is asked, and how what it sends is read.</summary>
internal interface IStreamingWarehouse
{
    /// <summary>
    /// The type that a column has in DuckDB, where rows are hashed and compared: one that has the same text for a value, or VARCHAR for
    /// canonical text.
    /// </summary>
    DuckDBLogicalType TypeOf(ColumnInfo column);

    /// <summary>The statement that reads columns of a model; the model begins on its first line.</summary>
    string Statement(CompiledQuery model, IReadOnlyList<ColumnInfo> columns);

    /// <summary>Writes a column of a chunk into a vector.</summary>
    /// <exception cref="FormatException">A value is none of the vector's type.</exception>
    void Decode(CellRows rows, int column, VectorWriter vector);

    /// <summary>What is said of a value that DuckDB's type has not, behind the column's name.</summary>
    string Advice(DuckDBLogicalType type);

    /// <summary>Begins to read the model of a request at one state of the warehouse.</summary>
    /// <exception cref="WarehouseException">The warehouse cannot be used.</exception>
    Task<ModelCapture> BeginAsync(PlanRequest request, CancellationToken cancellationToken);
}
