using System.Runtime.CompilerServices;

namespace ReverseEtl.Core.Delivery;

/// <summary>Reads the next batch while the last one is being worked on.</summary>
internal static class ReadAhead
{
    /// <summary>The same batches, each read one ahead. What was read and not asked for is given back.</summary>
    public static async IAsyncEnumerable<ChangeBatch> OneAhead(this IAsyncEnumerable<ChangeBatch> source, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var reader = source.GetAsyncEnumerator(cancellationToken);
        var next = NextAsync(reader);
        try
        {
            while (await next is { } batch)
            {
                next = NextAsync(reader);
                yield return batch;
            }
        }
        finally
        {
            // It is not asked for any more; but it uses the reader, which must not be closed under it.
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (next.IsCompletedSuccessfully)
                (await next)?.Dispose();
        }
    }

    // On another thread, as readers work synchronously.
    private static Task<ChangeBatch?> NextAsync(IAsyncEnumerator<ChangeBatch> reader) =>
        Task.Run(async () => await reader.MoveNextAsync() ? reader.Current : null);
}
