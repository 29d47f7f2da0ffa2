using System.Diagnostics;
using ReverseEtl.Benchmarks.Diff;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;

namespace ReverseEtl.Benchmarks.Deliver;

/// <summary>Measures a run from its own reports: the plan until it is there, delivery until the last row is recorded.</summary>
internal sealed class RunMeter(int rows, ReceiverProcess receiver) : IRunObserver
{
    private readonly long _begun = Stopwatch.GetTimestamp();
    private long _planned;
    private (TimeSpan Own, TimeSpan Receiver) _cpu;
    private long _allocated;
    private int _delivered;

    public double PlanS { get; private set; }

    public double DeliveryS { get; private set; }

    /// <summary>Processor seconds of this process, and of both.</summary>
    public double CpuS { get; private set; }

    public double BothCpuS { get; private set; }

    public long Allocated { get; private set; }

    public long PeakMb { get; private set; }

    public void Planned(RunRecord run, PlanSummary plan)
    {
        PlanS = Stopwatch.GetElapsedTime(_begun).TotalSeconds;
        PeakMemory.Reset();
        _allocated = GC.GetTotalAllocatedBytes(precise: true);
        (_planned, _cpu) = (Stopwatch.GetTimestamp(), (Environment.CpuUsage.TotalTime, receiver.CpuTime));
    }

    public void Delivered(RunRecord run, int rowsOfBatch)
    {
        if (Interlocked.Add(ref _delivered, rowsOfBatch) < rows)
            return;
        DeliveryS = Stopwatch.GetElapsedTime(_planned).TotalSeconds;
        CpuS = (Environment.CpuUsage.TotalTime - _cpu.Own).TotalSeconds;
        BothCpuS = CpuS + (receiver.CpuTime - _cpu.Receiver).TotalSeconds;
        Allocated = GC.GetTotalAllocatedBytes(precise: true) - _allocated;
        PeakMb = PeakMemory.Megabytes();
    }

    public void Finished(RunRecord run)
    {
    }
}
