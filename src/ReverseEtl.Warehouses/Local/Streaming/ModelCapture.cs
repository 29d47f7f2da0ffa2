namespace ReverseEtl.Warehouses.Local.Streaming;

/// <summary>Readings of one sync's model that all see the same state of the warehouse. DuckDB asks for them, from threads of its own.</summary>
internal abstract class ModelCapture : IAsyncDisposable
{
    /// <summary>What a reading failed with, in the project's words; null where none did.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Begins a reading.</summary>
    public CellRows Open(ModelQuery query)
    {
        try
        {
            return Begin(query);
        }
        catch (Exception error)
        {
            Fail(error, query);
            throw;
        }
    }

    /// <summary>Remembers why a reading failed: DuckDB passes on the message only.</summary>
    public void Fail(Exception error, ModelQuery query) => Failure ??= Translate(error, query);

    /// <summary>Ends a reading, whether all of it was read or not.</summary>
    public abstract void End(ModelQuery query, CellRows rows, bool isRead);

    /// <summary>Has the warehouse stop what it does, as nobody waits for it any more.</summary>
    public abstract void Cancel();

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>Begins a reading; the first rows may be long in coming.</summary>
    protected abstract CellRows Begin(ModelQuery query);

    /// <summary>What was thrown in the project's words.</summary>
    protected abstract Exception Translate(Exception error, ModelQuery query);
}
