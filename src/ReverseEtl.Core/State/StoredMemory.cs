using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Core.State;

/// <summary>The memory of one destination of cdp.config.json, in the control store.</summary>
/// <param name="store">The store, opened when first needed.</param>
/// <param name="destination">The destination's name.</param>
public sealed class StoredMemory(Func<CancellationToken, Task<IControlStore>> store, string destination) : IDestinationMemory
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<string, string>> RecallAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        await (await store(cancellationToken)).RecallAsync(destination, keys, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask RememberAsync(IReadOnlyDictionary<string, string?> values, CancellationToken cancellationToken) =>
        await (await store(cancellationToken)).RememberAsync(destination, values, cancellationToken);
}
