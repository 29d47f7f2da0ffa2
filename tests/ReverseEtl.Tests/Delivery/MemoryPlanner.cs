using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.Tests.Http;

namespace ReverseEtl.Tests.Delivery;

/// <summary>What a sync's file holds, in memory: rows to add, and the snapshot that advances by what was accepted.</summary>
internal sealed class MemorySyncFile(int rows)
{
    public int Rows => rows;

    /// <summary>The run whose plan is kept.</summary>
    public string? Plan { get; set; }

    public bool HasAdvanced { get; set; }
}

/// <summary>A planner over a file that several of them share, as processes do. Every row is a batch.</summary>
internal sealed class MemoryPlanner(MemorySyncFile file) : ISyncPlanner
{
    /// <summary>How often this planner touched the snapshot.</summary>
    public int Advances { get; private set; }

    public Task<IChangePlan> PlanAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        file.Plan = request.RunId;
        return Task.FromResult<IChangePlan>(new MemoryPlan(this, file, request.RunId));
    }

    public Task<IChangePlan?> ReopenAsync(PlanRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<IChangePlan?>(file.Plan == request.RunId ? new MemoryPlan(this, file, request.RunId) : null);

    public Task<IChangePlan> LoadAsync(PlanRequest request, SavedPlan plan, string path, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RowState> ExplainAsync(PlanRequest request, string key, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<HeldRow>> ListHeldAsync(PlanRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<HeldRow>>([]);

    public Task<int> ResolveAsync(PlanRequest request, Func<HeldRow, bool> which, bool arrived, CancellationToken cancellationToken) =>
        Task.FromResult(0);

    private sealed class MemoryPlan(MemoryPlanner planner, MemorySyncFile file, string runId) : IChangePlan
    {
        private readonly int _rows = file.HasAdvanced ? 0 : file.Rows;

        public PlanSummary Summary => new(_rows, 0, 0, 0, file.Rows, file.Rows - _rows);

        public IReadOnlyList<QuarantinedRow> Quarantine => [];

        public bool IsCurrent => true;

        public AdvanceResult? Advanced => null;

        public async IAsyncEnumerable<ChangeBatch> ReadAsync(Operation operation, long afterSeq, long upToSeq, int maxRows, int? maxBytes,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            for (var seq = 0; seq < _rows; seq++)
            {
                await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
                if (operation is Operation.Upsert && seq > afterSeq && seq <= upToSeq)
                    yield return new ChangeBatch($"{runId}-{seq}", operation, [seq], [ChangeKind.Add], [Batches.Texts("id", $"k{seq}")], [], []);
            }
        }

        public Task<ChangeBatch?> SampleAsync(ChangeKind kind, int rows, CancellationToken cancellationToken) => Task.FromResult<ChangeBatch?>(null);

        public Task<IReadOnlyList<string>> ListWaitingAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

        public Task<PlanRows> SaveAsync(string path, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task WriteHistoryAsync(IReadOnlyList<JournalEntry> journal, IReadOnlyList<RowException> exceptions, DateTimeOffset at, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        public async Task<AdvanceResult> AdvanceAsync(IReadOnlyList<JournalEntry> journal, IReadOnlyList<RowException> exceptions, IReadOnlyList<long> held,
            CancellationToken cancellationToken)
        {
            planner.Advances++;
            file.HasAdvanced = true;
            await DiscardAsync(cancellationToken);
            return new AdvanceResult(journal.Sum(entry => entry.Rows) - exceptions.Count);
        }

        public Task DiscardAsync(CancellationToken cancellationToken)
        {
            file.Plan = null;
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
