using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Connectors.Files;

/// <summary>Stages batches durably in a DuckDB file and publishes complete files from there.</summary>
internal sealed class FileDestination(FileLayout layout, DestinationRequest request) : IDestination
{
    // Each batch is one durable commit: large enough that the disk's flush does not count, small enough for flat memory.
    private const int BatchRows = 50_000;
    private const int BatchBytes = 64 * 1024 * 1024;

    /// <summary>A file, as what it can be used for.</summary>
    public static ObjectSpec Spec { get; } = new()
    {
        Name = "file",
        Summary = "The current state of a model in one file, or one file of events a run.",
        Example = "{ name: customers, format: parquet }",
        Modes = [SyncMode.Upsert, SyncMode.Mirror, SyncMode.Append],
        OtherFields = true,
        MaxBatchRows = BatchRows,
        MaxBatchBytes = BatchBytes,
        UnsafeToRepeat = [],
    };

    private Stage? _stage;

    public DestinationDescriptor Descriptor { get; } = Spec.Describe(request);

    public async ValueTask CheckAsync(CancellationToken cancellationToken)
    {
        await GuardedAsync(layout.Root, () => FolderCheck.Run(layout, request), cancellationToken);
        // A look must leave nothing behind: without a staging file there is nothing to look into either.
        if (File.Exists(layout.StageFile))
            await GuardedAsync(layout.StageFile, () => _stage ??= Stage.Open(layout.StageFile), cancellationToken);
        if (request.Mode is not SyncMode.Append)
            Ownership.Check(_stage, layout);
    }

    public async ValueTask<DeliveryReport> DeliverAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        await GuardedAsync(layout.StageFile, () => Staging().Take(batch), cancellationToken);
        return DeliveryReport.All(batch, RowOutcome.Accepted);
    }

    public async ValueTask CompleteAsync(CancellationToken cancellationToken) =>
        await GuardedAsync(layout.Root, () => Staging().Publish(cancellationToken), cancellationToken);

    public ValueTask DisposeAsync()
    {
        _stage?.Dispose();
        return ValueTask.CompletedTask;
    }

    private IStaging Staging()
    {
        _stage ??= Stage.Open(layout.StageFile);
        return request.Mode is SyncMode.Append ? new EventStaging(_stage, layout) : new StateStaging(_stage, layout, request.Fields);
    }

    // DuckDB works synchronously, for seconds where a large file is published: not on the caller's thread.
    private static async Task GuardedAsync(string path, Action work, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(work, cancellationToken);
        }
        catch (Exception error) when (FileErrors.Explain(error, path) is { } explained)
        {
            throw explained;
        }
    }
}

/// <summary>What a mode makes of batches: rows that wait for the end of the run, and the file made of them.</summary>
internal interface IStaging
{
    /// <summary>Makes a batch durable; harmless when repeated.</summary>
    void Take(ChangeBatch batch);

    /// <summary>Writes what waits to files; harmless when repeated.</summary>
    void Publish(CancellationToken cancellationToken);
}
