using System.Text.Json.Serialization;

namespace ReverseEtl.Benchmarks.Deliver;

/// <summary>Medians over the rounds. Memory is that of the delivering process, in 2^20 bytes, while it delivers.</summary>
internal sealed record DeliverReport
{
    public required int Rows { get; init; }

    public required int BatchRows { get; init; }

    public required int Concurrency { get; init; }

    /// <summary>Rows in a second that the bare loop gets rid of.</summary>
    public required double BareRowsS { get; init; }

    /// <summary>Rows in a second of a sync, from its first request until its last answer is recorded.</summary>
    public required double RowsS { get; init; }

    /// <summary>The median of what each round's sync made of the bare loop beside it.</summary>
    public required double Share { get; init; }

    /// <summary>The same in processor time of sender and receiver together: what other users of the machine do disturbs it less.</summary>
    public required double CpuShare { get; init; }

    /// <summary>Bytes that the collector had to give, for each delivered row.</summary>
    public required double AllocatedPerRow { get; init; }

    /// <summary>Seconds until the plan was there, before the first request.</summary>
    public required double PlanS { get; init; }

    /// <summary>Processor seconds of the bare loop's own process, and of the sync's, for the same rows.</summary>
    public required double BareCpuS { get; init; }

    public required double CpuS { get; init; }

    public required long PeakRssMb { get; init; }
}

[JsonSerializable(typeof(DeliverReport))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class DeliverJson : JsonSerializerContext;
