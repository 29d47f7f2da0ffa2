namespace ReverseEtl.Core.Delivery;

/// <summary>
/// What a batch is part of where a destination shall hold exactly the rows of a model. All of them are sent; then comes the batch that
/// closes the replacement, and whatever else the destination holds goes. The destination may let it go before that, too.
/// </summary>
/// <param name="RunId">The run: the same for all batches, also after a restart.</param>
/// <param name="Rows">Rows that there are to be in all.</param>
public sealed record Replacement(string RunId, long Rows)
{
    /// <summary>
    /// The code of a rejection that says: this replacement cannot be finished any more, as the vendor's session ran out, or nothing is known of it.
    /// </summary>
    public const string Ended = "replacement_ended";

    /// <summary>
    /// In the batch that closes: how many rows the destination has accepted. It repeats one of them, is sent when all others were answered,
    /// and may be sent again. Null in the others.
    /// </summary>
    public long? Closing { get; init; }
}
