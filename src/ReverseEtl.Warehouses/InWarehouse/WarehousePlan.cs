using System.Runtime.CompilerServices;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.Warehouses.Local;

namespace ReverseEtl.Warehouses.InWarehouse;

/// <summary>The plan of one run, in a table of the warehouse.</summary>
internal sealed class WarehousePlan : IChangePlan
{
    private readonly SyncSpace _space;
    private readonly PlanRequest _request;
    private readonly PlanMeta _meta;
    private readonly string _plan;

    /// <param name="space">The sync.</param>
    /// <param name="request">The request, by the key that the plan has.</param>
    /// <param name="meta">What the plan says of itself.</param>
    /// <param name="plan">Its table.</param>
    public WarehousePlan(SyncSpace space, PlanRequest request, PlanMeta meta, string plan) => (_space, _request, _meta, _plan) = (space, request, meta, plan);

    /// <summary>A plan of nothing: there is no table behind it.</summary>
    public static WarehousePlan Empty(SyncSpace space, PlanRequest request, PlanSummary summary) =>
        new(space, request, new PlanMeta(request.RunId, request.Query.Shape, summary, null), "") { IsEmpty = true };

    private bool IsEmpty { get; init; }

    /// <inheritdoc/>
    public PlanSummary Summary => _meta.Summary;

    /// <inheritdoc/>
    public IReadOnlyList<QuarantinedRow> Quarantine { get; init; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<string> Records => _space.Session.Notes;

    /// <inheritdoc/>
    public bool IsCurrent => _meta.IsCurrentFor(_request.Query);

    /// <inheritdoc/>
    public AdvanceResult? Advanced { get; init; }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChangeBatch> ReadAsync(Operation operation, long afterSeq, long upToSeq, int maxRows, int? maxBytes,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (IsEmpty)
            yield break;
        using var reader = _space.Session.Read(Sql.Read(_request.Mode.KindsFor(operation), keysOnly: !IsCurrent, afterSeq, upToSeq));
        var cutter = new BatchCutter(reader, Shape(operation, isReplaced: false), maxRows, maxBytes);
        while (await Task.Run(() => cutter.Read(cancellationToken), cancellationToken) is { } batch)
            yield return batch;
    }

    /// <inheritdoc/>
    public async Task<ChangeBatch?> SampleAsync(ChangeKind kind, int rows, CancellationToken cancellationToken)
    {
        if (IsEmpty || rows <= 0 || _request.Mode.OperationsFor(kind) is not [.., var operation])
            return null;
        using var reader = _space.Session.Read(Sql.Sample(kind, rows));
        var cutter = new BatchCutter(reader, Shape(operation, isReplaced: kind is ChangeKind.Replace), rows, maxBytes: null);
        return await Task.Run(() => cutter.Read(cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListWaitingAsync(CancellationToken cancellationToken)
    {
        if (Summary.Waiting == 0)
            return [];
        var key = _request.Query.Key;
        using var page = await _space.Session.QueryAsync(Kept.Waiting(_plan, _space.Kept!.Refused), [.. key.Select(column => column.Type)], null, cancellationToken);
        return [.. Enumerable.Range(0, page.Count).Select(row => RowKey.Text(page.Columns, row))];
    }

    /// <inheritdoc/>
    public async Task WriteHistoryAsync(IReadOnlyList<JournalEntry> journal, IReadOnlyList<RowException> exceptions, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        if (!journal.Any(entry => entry.Done))
            return;
        var answers = new Answers(_space, _request.Mode, Summary, journal, exceptions);
        await answers.WriteAsync([], cancellationToken);
        await _space.TransactAsync([.. new HistorySql(_space, _request, at).OfPlan(_plan, _meta, answers)], cancellationToken);
    }

    /// <inheritdoc/>
    public Task DoubtAsync(CancellationToken cancellationToken) =>
        _space.TransactAsync([.. Kept.DoubtAll(_plan, IsCurrent), _space.DropMeta<QuietModel>()], cancellationToken);

    /// <inheritdoc/>
    public async Task<AdvanceResult> AdvanceAsync(IReadOnlyList<JournalEntry> journal, IReadOnlyList<RowException> exceptions, IReadOnlyList<long> held,
        CancellationToken cancellationToken)
    {
        var answers = new Answers(_space, _request.Mode, Summary, journal, exceptions);
        await answers.WriteAsync(held, cancellationToken);
        var result = new AdvanceResult(await _space.CountAsync($"select count(*) from {_plan} p where {answers.Accepted}", cancellationToken));
        var missing = IsCurrent && !Summary.IsRetirement ? _space.Meta.Missing(_request.Query) : [];
        var keepsHashes = IsCurrent && _request.ChangedFields && !Summary.IsRetirement;
        var advanced = new SnapshotMeta(_meta.Shape, [.. _space.Meta.Identifiers, .. missing], new AdvancedRun(_request.RunId, Summary, result))
        {
            Columns = [.. _space.Meta.Columns, .. keepsHashes ? _space.Meta.MissingColumns(_request.Query) : []],
        };
        var told = Summary.Rebased == 0 ? answers.Accepted : $"(p.kind = {(int)ChangeKind.Rebase} or {answers.Accepted})";
        List<string> added = [.. Kept.AddIdentifiers(missing), .. keepsHashes && _space.Meta.Columns.Count == 0 ? new[] { Kept.AddHashes } : []];
        if (added.Count > 0)
            await _space.TransactAsync(added, cancellationToken);
        await _space.TransactAsync(
            [
                .. held.Count == 0 ? [] : new[] { Kept.Hold(_plan, advanced.Identifiers, answers.Held, IsCurrent) },
                .. Kept.Refuse(_plan, _request, answers),
                .. Summary.IsReplacement ? Kept.Empty : [],
                .. Kept.Advance(_plan, advanced, told, IsCurrent, keepsHashes),
                .. answers.HasDoubtful(held) ? Kept.Doubt(_plan, advanced.Identifiers, answers.Doubtful, IsCurrent) : [],
                .. Summary.SnapshotRows == 0 || _space.Meta.Advanced is null ? _space.Sql.IndexKeys(_space.Tables.Snapshot, _space.Tables.KeyIndex, _request.Query.Key) : [],
                .. _space.WriteMeta(advanced, SnapshotJson.Default.SnapshotMeta),
                .. _space.TakeOverHashFunctions,
                _space.DropMeta<QuietModel>(),
                _space.DropMeta<PlanMeta>(),
            ],
            cancellationToken);
        await DropAsync(cancellationToken);
        return result;
    }

    /// <inheritdoc/>
    public Task<PlanRows> SaveAsync(string path, CancellationToken cancellationToken) =>
        new SavedFile(_space, _request.Query, _meta.HasFlags).WriteAsync(IsEmpty ? null : Sql.Whole, path, _meta.ResentFields, cancellationToken);

    /// <inheritdoc/>
    public async Task DiscardAsync(CancellationToken cancellationToken)
    {
        if (IsEmpty)
            return;
        if (_request.Keep)
            await _space.TransactAsync([_space.DropMeta<PlanMeta>()], cancellationToken);
        await DropAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _space.DisposeAsync();

    private PlanRowsSql Sql => new(_space, _request.Query, _plan, _meta.HasFlags);

    private KeptSql Kept => new(_space, _request.Query);

    // The meta names it no more; if it stays, as the process dies here, the next plan drops it.
    private Task DropAsync(CancellationToken cancellationToken) =>
        _space.TransactAsync([$"drop table if exists {_plan}", .. _request.Keep ? new[] { _space.DropMeta<PlanTable>() } : []], cancellationToken);

    private BatchShape Shape(Operation operation, bool isReplaced) => BatchShape.Of(_request, _meta, _space.Meta, operation, isReplaced, IsCurrent);
}
