using System.Buffers.Binary;
using System.Security.Cryptography;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Resilience;

/// <summary>Some rows of a batch on their way: the whole batch at first, then what is left of it.</summary>
internal sealed class BatchPart : IDisposable
{
    private readonly ChangeBatch _whole;
    private readonly int[]? _rows;
    private bool _handedOn;

    private BatchPart(ChangeBatch whole, ChangeBatch batch, int[]? rows, int attempt) =>
        (_whole, Batch, _rows, Attempt) = (whole, batch, rows, attempt);

    /// <summary>What to send.</summary>
    public ChangeBatch Batch { get; }

    /// <summary>Which request for these rows it is, counted from 1.</summary>
    public int Attempt { get; }

    /// <summary>True for the batch as the caller gave it.</summary>
    public bool IsWhole => _rows is null;

    public static BatchPart Whole(ChangeBatch batch) => new(batch, batch, null, 1);

    /// <summary>The row's index in the whole batch.</summary>
    public int Origin(int row) => _rows is null ? row : _rows[row];

    /// <summary>Some of these rows as a request of their own.</summary>
    public BatchPart Take(int[] rows) => Take(rows, attempt: 1);

    /// <summary>The next attempt for some of these rows; for all of them the same content under the same id.</summary>
    public BatchPart Again(int[] rows)
    {
        if (rows.Length < Batch.Count)
            return Take(rows, Attempt + 1);
        _handedOn = true;
        return new BatchPart(_whole, Batch, _rows, Attempt + 1);
    }

    /// <summary>Gives back the buffers, unless they belong to the caller or to the next attempt.</summary>
    public void Dispose()
    {
        if (!IsWhole && !_handedOn)
            Batch.Dispose();
    }

    private BatchPart Take(int[] rows, int attempt)
    {
        var origins = Array.ConvertAll(rows, Origin);
        return new BatchPart(_whole, _whole.Take(origins, IdOf(_whole, origins)), origins, attempt);
    }

    /// <summary>The id of some rows of a batch.</summary>
    // Other rows under the same id would be dropped as a repeat by a receiver that remembers ids, also after a restart: hence a
    // digest of the rows and not a counter. No full stop, as that is the delimiter in a webhook's signed text.
    public static string IdOf(ChangeBatch whole, int[] origins)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(long)];
        foreach (var row in origins)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, whole.Seq[row]);
            hash.AppendData(number);
        }

        return $"{whole.Id}-{Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8))}";
    }
}
