namespace ReverseEtl.Warehouses;

/// <summary>Where the model is compared with what was told.</summary>
public enum PlannerPlace
{
    /// <summary>On this machine: the model's rows are read as a stream and compared in DuckDB. The warehouse is only read.</summary>
    Local,

    /// <summary>In the warehouse, in a schema of its own: only the changes leave it.</summary>
    Warehouse,
}
