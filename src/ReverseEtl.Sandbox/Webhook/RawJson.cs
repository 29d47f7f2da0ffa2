using System.Text;
using System.Text.Json;

namespace ReverseEtl.Sandbox.Webhook;

/// <summary>
/// A JSON value as the bytes it came in, within the body it came in. A million rows then are a thousand arrays, which costs the
/// collector nothing; a body is kept as long as one row of it is current. Equal where the bytes are.
/// </summary>
internal readonly struct RawJson(byte[] bytes, int start, int length) : IEquatable<RawJson>
{
    public RawJson(byte[] bytes)
        : this(bytes, 0, bytes.Length)
    {
    }

    public ReadOnlySpan<byte> Span => bytes.AsSpan(start, length);

    /// <summary>A value within this one.</summary>
    public RawJson Slice(int offset, int count) => new(bytes, start + offset, count);

    /// <summary>The value as people write it: a string without its quotes.</summary>
    public string Text
    {
        get
        {
            var reader = new Utf8JsonReader(Span);
            reader.Read();
            return reader.TokenType is JsonTokenType.String ? reader.GetString()! : ToString();
        }
    }

    public bool Equals(RawJson other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is RawJson other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <summary>The JSON.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Span);
}
