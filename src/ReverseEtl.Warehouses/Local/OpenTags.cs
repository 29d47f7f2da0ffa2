using System.Numerics;
using System.Runtime.CompilerServices;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// Picks the snapshot's rows that the model's scan has left without a mark. A bit for each of their tags, in a map that fits the
/// processor's cache, turns nearly all others away before the index is asked.
/// </summary>
internal sealed class OpenTags
{
    private const int BitsPerTag = 32;

    private readonly TagIndex _index;
    private readonly ulong[] _bits;
    private readonly int _shift;
    private readonly DigestSum _picked = new();

    /// <param name="index">The index.</param>
    /// <param name="count">How many tags have no mark.</param>
    public OpenTags(TagIndex index, long count)
    {
        _index = index;
        // Up to 32 MB: beyond, the map would be no faster than the index.
        var bits = Math.Min(BitOperations.RoundUpToPowerOf2((ulong)Math.Max(64, count * BitsPerTag)), 1UL << 28);
        _bits = new ulong[bits / 64];
        _shift = 64 - BitOperations.Log2(bits);
        foreach (var tag in index.OpenTags())
            _bits[tag >> _shift >> 6] |= 1UL << (int)(tag >> _shift);
    }

    /// <summary>The rows that were picked.</summary>
    public TagDigest Picked => _picked.Total;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pick(ReadOnlySpan<ulong> tags, ReadOnlySpan<ulong> checks, Span<byte> keep)
    {
        var picked = default(TagDigest);
        for (var row = 0; row < tags.Length; row++)
        {
            var bit = tags[row] >> _shift;
            if ((_bits[bit >> 6] >> (int)bit & 1) == 0 || !_index.IsOpen(tags[row]))
                continue;
            keep[row] = 1;
            picked += new TagDigest(1, tags[row], checks[row]);
        }

        if (picked.Rows > 0)
            _picked.Add(picked);
    }
}
