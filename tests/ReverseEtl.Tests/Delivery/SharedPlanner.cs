using System.Globalization;
using System.Runtime.CompilerServices;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;

namespace ReverseEtl.Tests.Delivery;

/// <summary>
/// A planner without files, so that several runners can have it open, as the real one does not allow within one machine. Its model is a
/// number of rows that are all to be added; a plan has those that the snapshot lacks.
/// </summary>
internal sealed class SharedPlanner(int rows) : ISyncPlanner
{
    private readonly Dictionary<string, Plan> _plans = [];

    public HashSet<long> Snapshot { get; } = [];

    /// <summary>True where the snapshot cannot be written.</summary>
    public bool IsDiskFull { get; set; }

    /// <summary>The runs that the snapshot was advanced by, each as often as it was.</summary>
    public List<string> Advanced { get; } = [];

    public Task<IChangePlan> PlanAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        var plan = new Plan(this, request.RunId, [.. Enumerable.Range(0, rows).Select(row => (long)row).Except(Snapshot)]);
        _plans[request.RunId] = plan;
        return Task.FromResult<IChangePlan>(plan);
    }

    public Task<IChangePlan?> ReopenAsync(PlanRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<IChangePlan?>(_plans.GetValueOrDefault(request.RunId));

    public Task<IChangePlan> LoadAsync(PlanRequest request, SavedPlan plan, string path, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RowState> ExplainAsync(PlanRequest request, string key, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<HeldRow>> ListHeldAsync(PlanRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> ForgetAsync(PlanRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> ResolveAsync(PlanRequest request, Func<HeldRow, bool> which, bool arrived, CancellationToken cancellationToken) => throw new NotSupportedException();

    private sealed class Plan(SharedPlanner planner, string runId, long[] rows) : IChangePlan
    {
        public PlanSummary Summary { get; } = new(rows.Length, 0, 0, 0, rows.Length, 0);

        public IReadOnlyList<QuarantinedRow> Quarantine => [];

        public bool IsCurrent => true;

        public AdvanceResult? Advanced { get; private set; }

        public async IAsyncEnumerable<ChangeBatch> ReadAsync(Operation operation, long afterSeq, long upToSeq, int maxRows, int? maxBytes,
            [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            foreach (var seq in rows.Where(row => row > afterSeq && row <= upToSeq).Chunk(maxRows))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return Batch(operation, seq);
            }
        }

        public Task<ChangeBatch?> SampleAsync(ChangeKind kind, int rows, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<string>> ListWaitingAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

        public Task<AdvanceResult> AdvanceAsync(IReadOnlyList<JournalEntry> journal, IReadOnlyList<RowException> exceptions, IReadOnlyList<long> held,
            CancellationToken cancellationToken)
        {
            if (planner.IsDiskFull)
                throw new WarehouseException("the disk is full");
            planner.Advanced.Add(runId);
            planner.Snapshot.UnionWith(rows);
            Advanced = new AdvanceResult(rows.Length);
            return Task.FromResult(Advanced);
        }

        public Task WriteHistoryAsync(IReadOnlyList<JournalEntry> journal, IReadOnlyList<RowException> exceptions, DateTimeOffset at, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        public Task DoubtAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<PlanRows> SaveAsync(string path, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task DiscardAsync(CancellationToken cancellationToken)
        {
            planner._plans.Remove(runId);
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private ChangeBatch Batch(Operation operation, long[] seq)
        {
            using var key = new FieldColumnBuilder("id", FieldType.Integer);
            foreach (var row in seq)
                key.AppendFixed(row);
            var kinds = Enumerable.Repeat(ChangeKind.Add, seq.Length).ToArray();
            return new ChangeBatch(string.Create(CultureInfo.InvariantCulture, $"{runId}-{seq[0]}"), operation, seq, kinds, [key.Build(false)], [], []);
        }
    }
}
