namespace ReverseEtl.Sandbox.Vendors;

/// <summary>Something that an account holds: an audience, a list, an object type, a channel.</summary>
/// <param name="Kind">What it is, in the vendor's word: <c>audience</c>, <c>list</c>, <c>segment</c>, <c>object</c>, <c>channel</c>.</param>
/// <param name="Id">The vendor's id of it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Records">What is in it now. Text is as received; any other value is its JSON.</param>
public sealed record Holding(string Kind, string Id, string Name, IReadOnlyList<IReadOnlyDictionary<string, string?>> Records)
{
    /// <summary>How many records.</summary>
    public int Count => Records.Count;
}

/// <summary>An account of a vendor that something was sent to.</summary>
/// <param name="Type">The destination's type.</param>
/// <param name="Account">The destination's name.</param>
/// <param name="Requests">Requests received, refused ones included.</param>
/// <param name="Holdings">What it holds.</param>
public sealed record VendorAccount(string Type, string Account, long Requests, IReadOnlyList<Holding> Holdings);

/// <summary>A request that an account received.</summary>
/// <param name="At">When (UTC).</param>
/// <param name="Method">GET, POST, ...</param>
/// <param name="Path">The path below the account.</param>
/// <param name="Query">The query with its question mark, as received; empty without one.</param>
/// <param name="Headers">The headers as received, the credentials too.</param>
/// <param name="Body">The body as received. Of requests long ago only the other facts are kept.</param>
/// <param name="Rows">How many rows it carried; null for a request that carries none by its nature.</param>
/// <param name="Status">What was answered; 0 where the connection was cut instead.</param>
public sealed record VendorRequest(
    DateTimeOffset At,
    string Method,
    string Path,
    string Query,
    IReadOnlyDictionary<string, string> Headers,
    ReadOnlyMemory<byte> Body,
    int? Rows,
    int Status)
{
    /// <summary>The body as text.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Body.Span);
}
