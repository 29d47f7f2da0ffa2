using System.ComponentModel;

namespace ReverseEtl.Core.Config;

/// <summary>What is written down of deliveries besides the history.</summary>
public sealed record LogOptions
{
    [Description("Write the tables sync_runs and sync_log after each run: into the schema cdp_planner of the warehouse, or to .cdp/log.duckdb where that is a DuckDB file.")]
    public bool Warehouse { get; init; }

    [Description("How long runs stay in these tables; for ever when left out.")]
    public TimeSpan? Retention { get; init; }
}
