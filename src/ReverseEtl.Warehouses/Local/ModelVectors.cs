using System.Runtime.InteropServices;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// The digests of a model's vectors, the up to 2,048 rows that DuckDB hands on at a time, as a scan found them. A table that was not
/// written to gives the same vectors again. Nothing depends on that but the time a plan takes.
/// </summary>
internal sealed class ModelVectors
{
    private readonly HashSet<TagDigest> _vectors = [];
    private readonly Lock _gate = new();

    /// <summary>All rows together.</summary>
    public TagDigest Total { get; private set; }

    public void Add(TagDigest vector)
    {
        lock (_gate)
        {
            _vectors.Add(vector);
            Total += vector;
        }
    }

    /// <summary>Whether a vector is as it was. For many threads, once none adds any more.</summary>
    public bool Contains(TagDigest vector) => _vectors.Contains(vector);

    /// <summary>The digests as they are kept.</summary>
    public string Write() => Convert.ToBase64String(MemoryMarshal.AsBytes(_vectors.Append(Total).ToArray().AsSpan()));

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static ModelVectors Read(string text)
    {
        var digests = MemoryMarshal.Cast<byte, TagDigest>(Convert.FromBase64String(text));
        var vectors = new ModelVectors { Total = digests[^1] };
        foreach (var digest in digests[..^1])
            vectors._vectors.Add(digest);
        return vectors;
    }
}
