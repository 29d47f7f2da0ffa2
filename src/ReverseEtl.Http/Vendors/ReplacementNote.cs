using System.Diagnostics.CodeAnalysis;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Vendors;

/// <summary>
/// What a connector must know of a replacement from its first batch to the one that closes it, also after a restart: when it began, how
/// far the vendor's session is. A sync has one replacement under way, so the next one writes over it.
/// </summary>
/// <param name="memory">The destination's memory.</param>
/// <param name="sync">The sync.</param>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle holds nothing to dispose.")]
public sealed class ReplacementNote(IDestinationMemory memory, string sync)
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly string _key = $"replacement/{sync}";

    /// <summary>The report of rows whose replacement cannot be finished any more.</summary>
    public static DeliveryReport Ended(ChangeBatch batch, string why) => DeliveryReport.All(batch, RowOutcome.Rejected(Replacement.Ended, why));

    /// <summary>What is noted of a replacement; null where nothing is.</summary>
    public async ValueTask<string?> FindAsync(Replacement replacement, CancellationToken cancellationToken)
    {
        var note = (await memory.RecallAsync([_key], cancellationToken)).GetValueOrDefault(_key);
        return note?.Split('\n', 2) is [var run, var text] && run == replacement.RunId ? text : null;
    }

    /// <summary>Notes something of a replacement, in place of what was noted.</summary>
    public ValueTask WriteAsync(Replacement replacement, string text) =>
        memory.RememberAsync(new Dictionary<string, string?> { [_key] = $"{replacement.RunId}\n{text}" }, CancellationToken.None);

    /// <summary>What is noted of a replacement, and where nothing is, what is to be noted first: once for however many callers.</summary>
    public ValueTask<string> BeginAsync(Replacement replacement, Func<CancellationToken, ValueTask<string>> begin, CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            if (await FindAsync(replacement, cancellationToken) is { } known)
                return known;
            var text = await begin(cancellationToken);
            await WriteAsync(replacement, text);
            return text;
        },
        cancellationToken);

    /// <summary>Does something while no other caller does.</summary>
    public async ValueTask<T> InTurnAsync<T>(Func<ValueTask<T>> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            _turn.Release();
        }
    }
}
