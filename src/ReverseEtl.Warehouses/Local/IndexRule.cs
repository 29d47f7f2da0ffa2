namespace ReverseEtl.Warehouses.Local;

/// <summary>When the snapshot is indexed in memory. There is one rule; tests have others, to make it take each of its ways.</summary>
/// <param name="Share">The share of the memory limit that an index may take.</param>
/// <param name="TagMask">The bits of tags that are used.</param>
internal sealed record IndexRule(double Share, ulong TagMask)
{
    public static IndexRule Default { get; } = new(1 / 3.0, ulong.MaxValue);
}
