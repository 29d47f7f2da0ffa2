using System.Runtime.InteropServices;

namespace ReverseEtl.DuckDb;

/// <summary>
/// A VARCHAR or BLOB as <see cref="ColumnVector.Values{T}"/> has it: length and up to 12 bytes padded with zeros, or else length, the
/// first four bytes and where all of them are. What a NULL has is garbage, its pointer too.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly unsafe struct DuckDBText
{
    /// <summary>The length in the lower half, then the first four bytes.</summary>
    public readonly ulong Head;

    /// <summary>The other eight bytes of a short one.</summary>
    public readonly ulong Tail;

    /// <summary>All its bytes stand in <see cref="Head"/> and <see cref="Tail"/>.</summary>
    public bool IsShort => (uint)Head <= Native.StringEntry.InlineLength;

    /// <summary>The bytes of one that is not short.</summary>
    public ReadOnlySpan<byte> LongBytes => new((byte*)Tail, (int)(uint)Head);
}
