using System.Collections.Concurrent;

namespace ReverseEtl.Core.Delivery;

/// <summary>
/// What a destination's entry in cdp.config.json remembers between runs: ids of what was made at the vendor, of jobs under way, of
/// records. Durable when a task completes; the last write wins. Keys and values are short text; a key made of personal data must be a
/// hash of it. Safe for concurrent callers.
/// </summary>
public interface IDestinationMemory
{
    /// <summary>The values that are known of some keys.</summary>
    ValueTask<IReadOnlyDictionary<string, string>> RecallAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken);

    /// <summary>Remembers values, all or none of them; null forgets a key.</summary>
    ValueTask RememberAsync(IReadOnlyDictionary<string, string?> values, CancellationToken cancellationToken);
}

/// <summary>A memory that lasts as long as the process.</summary>
public sealed class ForgetfulMemory : IDestinationMemory
{
    private readonly ConcurrentDictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<string, string>> RecallAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            if (_values.TryGetValue(key, out var value))
                known[key] = value;
        }

        return ValueTask.FromResult<IReadOnlyDictionary<string, string>>(known);
    }

    /// <inheritdoc/>
    public ValueTask RememberAsync(IReadOnlyDictionary<string, string?> values, CancellationToken cancellationToken)
    {
        foreach (var (key, value) in values)
        {
            if (value is null)
                _values.TryRemove(key, out _);
            else
                _values[key] = value;
        }

        return ValueTask.CompletedTask;
    }
}
