namespace ReverseEtl.Warehouses.Local;

/// <summary>The digest of rows that are shown by many threads.</summary>
internal sealed class DigestSum
{
    private readonly Lock _gate = new();
    private TagDigest _total;

    public TagDigest Total
    {
        get
        {
            lock (_gate)
                return _total;
        }
    }

    public void Add(TagDigest digest)
    {
        lock (_gate)
            _total += digest;
    }
}
