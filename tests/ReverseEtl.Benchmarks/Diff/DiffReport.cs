using System.Text.Json.Serialization;

namespace ReverseEtl.Benchmarks.Diff;

/// <summary>
/// Medians, in seconds; ratios are to the floor: DuckDB scanning the model's columns and hashing every row once with its own <c>hash()</c>.
/// Memory is that of the whole process, in 2^20 bytes, from the first plan on.
/// </summary>
internal sealed record DiffReport
{
    public required long Rows { get; init; }

    public required int Columns { get; init; }

    public required double Churn { get; init; }

    public required int Cycles { get; init; }

    public required double FloorS { get; init; }

    public required double DiffS { get; init; }

    public required double Ratio { get; init; }

    public required double UnchangedS { get; init; }

    public required double UnchangedRatio { get; init; }

    public required double FirstS { get; init; }

    public required double FirstRatio { get; init; }

    /// <summary>The ratios in processor time over all threads: what other users of the machine do disturbs them less.</summary>
    public required double CpuRatio { get; init; }

    public required double CpuUnchangedRatio { get; init; }

    public required double CpuFirstRatio { get; init; }

    public required double CommitS { get; init; }

    public required double FirstCommitS { get; init; }

    /// <summary>Rows that the last diff found.</summary>
    public required long Changes { get; init; }

    public required long PeakRssMb { get; init; }

    /// <summary>The sync's file after the first commit.</summary>
    public required double SnapshotMb { get; init; }

    /// <summary>The sync's file at the end.</summary>
    public required double SnapshotAfterMb { get; init; }
}

[JsonSerializable(typeof(DiffReport))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class DiffJson : JsonSerializerContext;
