using System.Runtime.CompilerServices;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;

namespace ReverseEtl.Warehouses.Local;

/// <summary>The plan of one run, in the sync's file.</summary>
internal sealed class LocalChangePlan : IChangePlan
{
    private readonly SyncFile _file;
    private readonly PlanRequest _request;

    private LocalChangePlan(SyncFile file, PlanRequest request, PlanSummary summary, IReadOnlyList<QuarantinedRow> quarantine, bool isCurrent)
    {
        (_file, _request, Summary, Quarantine, IsCurrent) = (file, request, summary, quarantine, isCurrent);
    }

    /// <inheritdoc/>
    public PlanSummary Summary { get; }

    /// <inheritdoc/>
    public IReadOnlyList<QuarantinedRow> Quarantine { get; }

    /// <inheritdoc/>
    public bool IsCurrent { get; }

    public static async Task<LocalChangePlan> CreateAsync(SyncFile file, PlanRequest request, CancellationToken cancellationToken)
    {
        var hash = new RowHashFunction(RowHash.Seed(Fingerprint(request)));
        hash.Register(file.Connection);
        // One statement, so one state of the warehouse; the order of the rows does not matter until they are numbered by their place.
        await file.ExecuteAsync("set preserve_insertion_order = false", cancellationToken);
        await file.ExecuteAsync(file.Sql.CreatePlan, cancellationToken);
        await file.ExecuteAsync("set preserve_insertion_order = true", cancellationToken);

        var (summary, quarantine) = await new QuarantineCheck(file).RunAsync(request, hash.Rows, cancellationToken);
        if (request.Keep)
            await file.ExecuteAsync(SyncFile.WriteMeta(new PlanMeta(request.RunId, Fingerprint(request), summary), SyncFileJson.Default.PlanMeta), cancellationToken);
        return new LocalChangePlan(file, request, summary, quarantine, isCurrent: true);
    }

    public static async Task<LocalChangePlan?> ReopenAsync(SyncFile file, PlanRequest request, CancellationToken cancellationToken)
    {
        var meta = await file.ReadMetaAsync(SyncFileJson.Default.PlanMeta, cancellationToken);
        return meta?.RunId == request.RunId
            ? new LocalChangePlan(file, request, meta.Summary, [], meta.Fingerprint == Fingerprint(request))
            : null;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChangeBatch> ReadAsync(Operation operation, long afterSeq, long upToSeq, int maxRows, int? maxBytes,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new ChangeReader(_file, _request, keysOnly: !IsCurrent, operation, maxRows, maxBytes);
        var kinds = Enum.GetValues<ChangeKind>().Where(kind => _request.Mode.OperationFor(kind) == operation).ToList();
        await Task.Run(() => reader.Open(_file.Sql.Read(kinds, keysOnly: !IsCurrent, afterSeq, upToSeq), cancellationToken), cancellationToken);
        while (reader.Read(cancellationToken) is { } batch)
            yield return batch;
    }

    /// <inheritdoc/>
    public async Task<ChangeBatch?> SampleAsync(ChangeKind kind, int rows, CancellationToken cancellationToken)
    {
        if (rows <= 0 || _request.Mode.OperationFor(kind) is not { } operation)
            return null;
        using var reader = new ChangeReader(_file, _request, keysOnly: false, operation, rows, maxBytes: null);
        await Task.Run(() => reader.Open(_file.Sql.Sample(kind, rows), cancellationToken), cancellationToken);
        return reader.Read(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task AdvanceAsync(IReadOnlyList<JournalEntry> journal, IReadOnlyList<RowException> exceptions, IReadOnlyList<long> held,
        CancellationToken cancellationToken)
    {
        var accepted = await AcceptedRows.PrepareAsync(_file, _request, journal, exceptions, cancellationToken);
        var advanced = SnapshotMeta.Of(_request) with { AdvancedBy = _request.RunId };
        await _file.TransactAsync(
            [
                .. await new HeldRows(_file, _request).HoldAsync(held, IsCurrent, cancellationToken),
                _file.Sql.AdvanceDelete(accepted),
                _file.Sql.AdvanceInsert(accepted, IsCurrent),
                SyncFile.WriteMeta(advanced, SyncFileJson.Default.SnapshotMeta),
                .. Drop,
            ],
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task DiscardAsync(CancellationToken cancellationToken) => _file.TransactAsync(Drop, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private IEnumerable<string> Drop => [$"drop table if exists {_file.Sql.Plan}", $"delete from cdp_sync.meta where name = '{nameof(PlanMeta)}'"];

    private static string Fingerprint(PlanRequest request) => request.Query.Fingerprint;
}
