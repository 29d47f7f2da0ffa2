using System.Runtime.CompilerServices;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>The plan of one run.</summary>
internal sealed class LocalChangePlan : IChangePlan
{
    private readonly SnapshotFile _file;
    private readonly PlanRequest _request;
    private readonly PlanMeta _meta;
    private readonly PlanSql _sql;

    /// <param name="file">The sync's file.</param>
    /// <param name="request">The request, by the key that the plan has.</param>
    /// <param name="meta">What the plan says of itself.</param>
    public LocalChangePlan(SnapshotFile file, PlanRequest request, PlanMeta meta)
    {
        (_file, _request, _meta) = (file, request, meta);
        _sql = new PlanSql(request with { ChangedFields = meta.HasFlags }, file.Meta, new DiffRule());
    }

    /// <summary>A plan of nothing: there is no file behind it.</summary>
    public static LocalChangePlan Empty(SnapshotFile file, PlanRequest request, PlanSummary summary) =>
        new(file, request, new PlanMeta(request.RunId, request.Query.Shape, summary, null)) { IsEmpty = true };

    private bool IsEmpty { get; init; }

    /// <inheritdoc/>
    public PlanSummary Summary => _meta.Summary;

    /// <inheritdoc/>
    public IReadOnlyList<QuarantinedRow> Quarantine { get; init; } = [];

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
        var sql = _sql.Read(_request.Mode.KindsFor(operation), keysOnly: !IsCurrent, afterSeq, upToSeq);
        using var reader = await Task.Run(() => new ChangeReader(_file, sql, cancellationToken), cancellationToken);
        var cutter = new BatchCutter(reader, Shape(operation, isReplaced: false), maxRows, maxBytes);
        while (cutter.Read(cancellationToken) is { } batch)
            yield return batch;
    }

    /// <inheritdoc/>
    public async Task<ChangeBatch?> SampleAsync(ChangeKind kind, int rows, CancellationToken cancellationToken)
    {
        if (IsEmpty || rows <= 0 || _request.Mode.OperationsFor(kind) is not [.., var operation])
            return null;
        using var reader = await Task.Run(() => new ChangeReader(_file, _sql.Sample(kind, rows), cancellationToken), cancellationToken);
        var cutter = new BatchCutter(reader, Shape(operation, isReplaced: kind is ChangeKind.Replace), rows, maxBytes: null);
        return cutter.Read(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListWaitingAsync(CancellationToken cancellationToken) =>
        Summary.Waiting == 0 ? [] : await new RefusedRows(_file, Snapshot, _request).ListWaitingAsync(cancellationToken);

    /// <inheritdoc/>
    public Task WriteHistoryAsync(IReadOnlyList<JournalEntry> journal, IReadOnlyList<RowException> exceptions, DateTimeOffset at,
        CancellationToken cancellationToken) => new HistoryOfPlan(_file, _request, _meta).WriteAsync(journal, exceptions, at, cancellationToken);

    /// <inheritdoc/>
    public Task DoubtAsync(CancellationToken cancellationToken) => WritingAsync(async () =>
    {
        SentValues.Register(_file.Connection, _request.Query);
        await _file.TransactAsync([.. Snapshot.DoubtAll(IsCurrent), SnapshotFile.DropMeta<SnapshotVectors>()], cancellationToken);
        return true;
    });

    /// <inheritdoc/>
    public Task<AdvanceResult> AdvanceAsync(IReadOnlyList<JournalEntry> journal, IReadOnlyList<RowException> exceptions, IReadOnlyList<long> held,
        CancellationToken cancellationToken) => WritingAsync(async () =>
    {
        var accepted = (await AcceptedRows.PrepareAsync(_file, _request.Mode, journal, exceptions, cancellationToken)).Accepted;
        var result = new AdvanceResult(await _file.CountAsync($"select count(*) from {PlanSql.Plan} p where {accepted}", cancellationToken));
        var missing = IsCurrent && !Summary.IsRetirement ? _file.Meta.Missing(_request.Query) : [];
        var missingColumns = IsCurrent && _request.ChangedFields && !Summary.IsRetirement ? _file.Meta.MissingColumns(_request.Query) : [];
        var advanced = new SnapshotMeta(_meta.Shape, [.. _file.Meta.Identifiers, .. missing], new AdvancedRun(_request.RunId, Summary, result))
        {
            Columns = [.. _file.Meta.Columns, .. missingColumns],
        };
        SentValues.Register(_file.Connection, _request.Query);
        ColumnHashes.Register(_file.Connection);
        var hold = held.Count == 0 ? null : await new HeldRows(_file, Snapshot, _request.Query).ChooseAsync(held, cancellationToken);
        var doubtful = _request.Mode.TellsOfChanges()
            ? exceptions.Where(exception => exception.Outcome.Kind is OutcomeKind.Unknown).Select(exception => exception.Seq).Except(held).ToList()
            : [];
        var doubt = doubtful.Count == 0 ? null : await HeldRows.ChooseAsync(_file, "cdp_doubtful", doubtful, cancellationToken);
        var told = Summary.Rebased == 0 ? accepted : $"(p.kind = {(int)ChangeKind.Rebase} or {accepted})";
        await _file.TransactAsync(
            [
                .. Snapshot.AddIdentifiers(missing),
                .. Snapshot.AddColumns(missingColumns),
                .. hold is null ? Array.Empty<string>() : [Snapshot.Hold(advanced.Identifiers, hold, IsCurrent)],
                .. await new RefusedRows(_file, Snapshot, _request).RefuseAsync(exceptions, cancellationToken),
                .. Summary.IsReplacement ? SnapshotSql.Empty : [],
                .. Snapshot.Advance(advanced, told, IsCurrent, _request.ChangedFields),
                .. doubt is null ? [] : Snapshot.Doubt(advanced.Identifiers, doubt, IsCurrent),
                SnapshotFile.WriteMeta(advanced, SnapshotJson.Default.SnapshotMeta),
                .. await SeenModel.AdvanceAsync(_file, told, cancellationToken),
                SnapshotFile.DropMeta<PlanMeta>(),
            ],
            cancellationToken);
        await _file.Plan.DropAsync(cancellationToken);
        return result;
    });

    /// <inheritdoc/>
    public async Task<PlanRows> SaveAsync(string path, CancellationToken cancellationToken)
    {
        if (IsEmpty)
        {
            await _file.Plan.CreateAsync(cancellationToken);
            await _file.Plan.WriteAsync(_sql.NoRows, cancellationToken);
        }

        var rows = new SavedRows(_file, _request);
        await rows.WriteAsync(path, cancellationToken);
        return new PlanRows(await rows.DigestAsync(cancellationToken), _meta.ResentFields);
    }

    /// <inheritdoc/>
    public Task DiscardAsync(CancellationToken cancellationToken) => WritingAsync(async () =>
    {
        if (IsEmpty)
            return false;
        await _file.TransactAsync([SnapshotFile.DropMeta<PlanMeta>(), SnapshotFile.DropMeta<PlanVectors>()], cancellationToken);
        await _file.Plan.DropAsync(cancellationToken);
        return true;
    });

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private async Task<T> WritingAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (DuckDBException error) when (DuckDbErrors.IsOfStorage(error))
        {
            throw new WarehouseException(
                $"the snapshot of sync {_request.Sync} cannot be written: {DuckDbErrors.Sentence(error.Message)}. When that is mended, the next run goes on from here", error);
        }
    }

    private SnapshotSql Snapshot => new(_request.Query, _file.Meta);

    private BatchShape Shape(Operation operation, bool isReplaced) => BatchShape.Of(_request, _meta, _file.Meta, operation, isReplaced, IsCurrent);
}
