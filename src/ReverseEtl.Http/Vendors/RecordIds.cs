using System.Security.Cryptography;
using System.Text;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Vendors;

/// <summary>
/// The vendor's own ids of records that rows know by another value, such as an e-mail address: looked up in batches, and remembered under a
/// hash of the value.
/// </summary>
/// <param name="memory">The destination's memory.</param>
/// <param name="kind">What is looked up by what: <c>contacts/email</c>.</param>
/// <param name="atOnce">Values per look-up at the most.</param>
/// <param name="look">Gives the ids of values that the vendor knows.</param>
public sealed class RecordIds(IDestinationMemory memory, string kind, int atOnce,
    Func<IReadOnlyList<string>, CancellationToken, ValueTask<IReadOnlyDictionary<string, string>>> look)
{
    /// <summary>The ids of some values; a value that the vendor does not know is left out.</summary>
    public async ValueTask<IReadOnlyDictionary<string, string>> FindAsync(IEnumerable<string> values, CancellationToken cancellationToken)
    {
        var keys = values.Distinct(StringComparer.Ordinal).ToDictionary(value => value, KeyOf, StringComparer.Ordinal);
        var known = await memory.RecallAsync(keys.Values, cancellationToken);
        var ids = keys.Where(pair => known.ContainsKey(pair.Value)).ToDictionary(pair => pair.Key, pair => known[pair.Value], StringComparer.Ordinal);
        foreach (var chunk in keys.Keys.Where(value => !ids.ContainsKey(value)).Chunk(atOnce))
        {
            var found = await look(chunk, cancellationToken);
            foreach (var (value, id) in found)
                ids[value] = id;
            await memory.RememberAsync(found.ToDictionary(pair => KeyOf(pair.Key), pair => (string?)pair.Value, StringComparer.Ordinal), cancellationToken);
        }

        return ids;
    }

    /// <summary>The vendor no longer knows what these values stood for.</summary>
    public ValueTask ForgetAsync(IEnumerable<string> values) =>
        memory.RememberAsync(values.ToDictionary(KeyOf, _ => (string?)null, StringComparer.Ordinal), CancellationToken.None);

    private string KeyOf(string value) => $"{kind}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)))}";
}
