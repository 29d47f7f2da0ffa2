using ReverseEtl.Server.Composition;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Projects;

namespace ReverseEtl.Cli.Commands;

/// <summary>Collects plans to be saved together.</summary>
internal sealed class PlanSaving(Session session) : IDisposable
{
    private readonly List<SavedPlan> _plans = [];
    private readonly TemporaryFolder _folder = session.TemporaryFolder();

    /// <exception cref="ProjectException">The plan cannot be saved.</exception>
    public async Task AddAsync(Sync sync, SyncQuery query, IChangePlan plan, CancellationToken cancellationToken)
    {
        if (plan.Summary.IsRetirement)
            throw new ProjectException(sync.At, "a change of key takes two runs and cannot be saved as one plan; use cdp run --rekey");
        if (plan.Summary.IsReplacement)
            throw new ProjectException(sync.At, "a replacement depends on what the destination holds when it is made, and cannot be saved; use cdp run --replace");
        var path = PlanFile.RowsOf(_folder.Path, sync.Name);
        var rows = await plan.SaveAsync(path, cancellationToken);
        await using var stream = File.OpenRead(path);
        _plans.Add(new SavedPlan
        {
            Sync = sync.Name,
            Model = (await session.FingerprintsAsync(cancellationToken)).Model(sync),
            Mapping = PlanFingerprints.Mapping(sync, query),
            Snapshot = rows.Snapshot,
            Rows = await Digest.OfAsync(stream, cancellationToken),
            Summary = plan.Summary,
            ResentFields = rows.ResentFields,
            Quarantine = plan.Quarantine,
        });
    }

    public Task WriteAsync(string path, CancellationToken cancellationToken) => PlanFile.WriteAsync(path, _plans, _folder.Path, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
