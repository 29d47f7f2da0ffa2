using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// A set of tags in memory of its own: an open table that many threads fill and then many threads ask. A tag that was found is marked.
/// </summary>
/// <remarks>
/// A slot holds a tag without its lowest bit, which is the mark; 0 is an empty slot. Eight slots share a cache line and are compared at
/// once: a row costs one far read, whatever else stands there, and the processor is told of that read some rows ahead. Reading ahead for a
/// whole chunk takes twice as long, as lines are gone again when their turn comes.
/// </remarks>
internal sealed unsafe class TagIndex : IDisposable
{
    private const ulong Mark = 1;
    private const int Slots = 8;
    private const int LineBytes = Slots * sizeof(ulong);
    private const int Ahead = 32;

    private readonly ulong _lines;
    private readonly PagedMemory _memory;
    private readonly ulong* _table;

    /// <param name="rows">How many tags it must hold.</param>
    public TagIndex(long rows)
    {
        _lines = LinesFor(rows);
        _memory = new PagedMemory(BytesFor(rows));
        _table = (ulong*)_memory.Start;
    }

    /// <summary>The memory that an index of so many rows takes.</summary>
    public static long BytesFor(long rows) => (long)LinesFor(rows) * LineBytes;

    /// <summary>Adds tags.</summary>
    /// <returns>How many of them were there already.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Add(ReadOnlySpan<ulong> tags)
    {
        var known = 0;
        for (var row = 0; row < tags.Length; row++)
        {
            Announce(tags, row);
            known += Add(tags[row]) ? 0 : 1;
        }

        return known;
    }

    /// <summary>Marks the tags that are there and have no mark yet.</summary>
    /// <param name="tags">The tags.</param>
    /// <param name="missing">Takes 1 for each tag that is not there, or that another row has marked before.</param>
    /// <returns>How many were marked. Where two threads mark the same tag at once, both count it.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int MarkEach(ReadOnlySpan<ulong> tags, Span<byte> missing)
    {
        var marked = 0;
        for (var row = 0; row < tags.Length; row++)
        {
            Announce(tags, row);
            var slot = Find(tags[row]);
            if (slot is null || (*slot & Mark) != 0)
            {
                missing[row] = 1;
                continue;
            }

            *slot |= Mark;
            marked++;
        }

        return marked;
    }

    /// <summary>Whether a tag is there and has no mark.</summary>
    public bool IsOpen(ulong tag) => Find(tag) is var slot && slot is not null && (*slot & Mark) == 0;

    /// <summary>The tags without a mark, but for their lowest bits.</summary>
    public IEnumerable<ulong> OpenTags()
    {
        for (var line = 0UL; line < _lines; line++)
        {
            for (var open = OpenSlots(line); open != 0; open &= open - 1)
                yield return TagAt(line, BitOperations.TrailingZeroCount(open));
        }
    }

    public void Dispose() => _memory.Dispose();

    private ulong TagAt(ulong line, int slot) => _table[(line * Slots) + (ulong)slot];

    private ulong OpenSlots(ulong line)
    {
        var held = Vector512.Load(_table + (line * Slots));
        var marked = Vector512.Equals(held & Vector512.Create(Mark), Vector512.Create(Mark));
        return (~(marked | Vector512.Equals(held, Vector512<ulong>.Zero))).ExtractMostSignificantBits();
    }

    // A third of the slots stays empty, so that few lines run over into the next.
    private static ulong LinesFor(long rows) => ((ulong)rows * 3 / 16) + 8;

    // Without the mark, and never an empty slot.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Clean(ulong tag) => Math.Max(tag & ~Mark, Mark << 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Add(ulong tag)
    {
        var line = LineOf(tag);
        tag = Clean(tag);
        while (true)
        {
            var slots = _table + (line * Slots);
            var held = Vector512.Load(slots);
            if (Vector512.EqualsAny(held, Vector512.Create(tag)))
                return false;
            var free = Vector512.Equals(held, Vector512<ulong>.Zero).ExtractMostSignificantBits();
            if (free == 0)
                line = Next(line);
            else if (Interlocked.CompareExchange(ref slots[BitOperations.TrailingZeroCount(free)], tag, 0) == 0)
                return true;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong* Find(ulong tag)
    {
        var line = LineOf(tag);
        tag = Clean(tag);
        while (true)
        {
            var slots = _table + (line * Slots);
            var held = Vector512.Load(slots);
            var hit = Vector512.Equals(held & Vector512.Create(~Mark), Vector512.Create(tag)).ExtractMostSignificantBits();
            if (hit != 0)
                return slots + BitOperations.TrailingZeroCount(hit);
            if (Vector512.EqualsAny(held, Vector512<ulong>.Zero))
                return null;
            line = Next(line);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Announce(ReadOnlySpan<ulong> tags, int row)
    {
        if (Sse.IsSupported && row + Ahead < tags.Length)
            Sse.Prefetch0(_table + (LineOf(tags[row + Ahead]) * Slots));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong LineOf(ulong tag) => Math.BigMul(tag, _lines, out _);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Next(ulong line) => line + 1 == _lines ? 0 : line + 1;
}
