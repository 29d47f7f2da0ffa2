using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ReverseEtl.Sandbox.Vendors;

/// <summary>An answer to be sent.</summary>
internal sealed record VendorAnswer(int Status, ReadOnlyMemory<byte> Body, string? ContentType)
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<KeyValuePair<string, string>> _headers = [];

    private readonly List<KeyValuePair<string, int>> _times = [];

    public IReadOnlyList<KeyValuePair<string, string>> Headers => _headers;

    /// <summary>The headers, with those that are times by the clock.</summary>
    public IEnumerable<KeyValuePair<string, string>> HeadersAt(DateTimeOffset now) =>
        _headers.Concat(_times.Select(time => KeyValuePair.Create(time.Key, (now.ToUnixTimeSeconds() + time.Value).ToString(CultureInfo.InvariantCulture))));

    /// <param name="status">The status.</param>
    /// <param name="value">Anything, written with its names as they are.</param>
    /// <param name="contentType">What it says it is.</param>
    public static VendorAnswer Json(int status, object? value, string contentType = "application/json;charset=utf-8") =>
        new(status, JsonSerializer.SerializeToUtf8Bytes(value, Options), contentType);

    public static VendorAnswer Text(int status, string text, string contentType) => new(status, Encoding.UTF8.GetBytes(text), contentType);

    public static VendorAnswer Empty(int status) => new(status, default, null);

    public VendorAnswer With(string header, string value)
    {
        _headers.Add(new(header, value));
        return this;
    }

    /// <summary>A header with the time in so many seconds, as seconds since 1970; the first one of a name counts.</summary>
    public VendorAnswer WithTime(string header, int seconds)
    {
        if (_times.TrueForAll(time => time.Key != header))
            _times.Add(new(header, seconds));
        return this;
    }
}
