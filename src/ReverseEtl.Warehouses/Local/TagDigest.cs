using System.Runtime.CompilerServices;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// Count and sums of the tags and checks of some rows, whatever their order. As sums, not XORs, they tell a row that is there twice from
/// one that is not there. Two sets of rows with the same digest are the same, but for a chance of 1 in 2^128.
/// </summary>
internal readonly record struct TagDigest(long Rows, ulong Tags, ulong Checks)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TagDigest Of(ReadOnlySpan<ulong> tags, ReadOnlySpan<ulong> checks)
    {
        var (sumOfTags, sumOfChecks) = (0UL, 0UL);
        foreach (var tag in tags)
            sumOfTags += tag;
        foreach (var check in checks)
            sumOfChecks += check;
        return new TagDigest(tags.Length, sumOfTags, sumOfChecks);
    }

    public static TagDigest operator +(TagDigest a, TagDigest b) => new(a.Rows + b.Rows, a.Tags + b.Tags, a.Checks + b.Checks);

    public static TagDigest operator -(TagDigest a, TagDigest b) => new(a.Rows - b.Rows, a.Tags - b.Tags, a.Checks - b.Checks);
}
