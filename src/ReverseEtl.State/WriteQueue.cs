using System.Collections.Concurrent;

namespace ReverseEtl.State;

/// <summary>The writes that wait for a transaction. Whoever gets the turn to write takes all of them.</summary>
internal sealed class WriteQueue<TWork>
{
    private readonly ConcurrentQueue<PendingWrite<TWork>> _pending = new();

    /// <summary>Waits until a write is on disk.</summary>
    /// <param name="work">The write.</param>
    /// <param name="commitPending">Waits for the turn to write, and then commits what <see cref="Take"/> gives.</param>
    public async Task WriteAsync(TWork work, Func<Task> commitPending)
    {
        var write = new PendingWrite<TWork>(work);
        _pending.Enqueue(write);
        try
        {
            await commitPending();
        }
        catch (Exception) when (write.TryCancel())
        {
            throw;
        }
        catch (Exception)
        {
            // Too late: it was part of a transaction, and has that one's outcome.
        }

        await write.Settled;
    }

    /// <summary>Everything that waits, in the order it came; none where another caller has taken it.</summary>
    public List<PendingWrite<TWork>> Take()
    {
        var group = new List<PendingWrite<TWork>>();
        while (_pending.TryDequeue(out var write))
        {
            if (write.TryTake())
                group.Add(write);
        }

        return group;
    }
}
