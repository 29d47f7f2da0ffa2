using System.Text.Json;
using ReverseEtl.Core.State;

namespace ReverseEtl.Server.Hosting;

/// <summary>Small things that the service keeps in the control store, by key: each is one JSON document.</summary>
/// <typeparam name="T">What is kept.</typeparam>
/// <param name="store">The control store.</param>
/// <param name="name">Under which name, with a colon before it, so that it is no destination's.</param>
internal sealed class Remembered<T>(Func<CancellationToken, Task<IControlStore>> store, string name) where T : class
{
    /// <summary>What is kept under a key, or null.</summary>
    public async Task<T?> FindAsync(string key, CancellationToken cancellationToken) =>
        (await (await store(cancellationToken)).RecallAsync(name, [key], cancellationToken)).TryGetValue(key, out var text) ? Read(text) : null;

    /// <summary>All that is kept, by key.</summary>
    public async Task<IReadOnlyDictionary<string, T>> ListAsync(CancellationToken cancellationToken) =>
        (await (await store(cancellationToken)).RecallAllAsync(name, cancellationToken)).ToDictionary(pair => pair.Key, pair => Read(pair.Value), StringComparer.Ordinal);

    /// <summary>Keeps something; null forgets it.</summary>
    public async Task SetAsync(string key, T? value, CancellationToken cancellationToken) =>
        await (await store(cancellationToken)).RememberAsync(
            name, new Dictionary<string, string?> { [key] = value is null ? null : JsonSerializer.Serialize(value) }, cancellationToken);

    private static T Read(string text) => JsonSerializer.Deserialize<T>(text)!;
}
