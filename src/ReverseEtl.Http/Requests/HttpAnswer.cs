using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Requests;

/// <summary>A whole answer.</summary>
/// <param name="From">Scheme, host and port of who answered; never the path, which is a secret at some vendors.</param>
/// <param name="Status">The status.</param>
/// <param name="RetryAfter">How long the vendor asked to wait, whether it said seconds or a date.</param>
/// <param name="Body">The body, up to <see cref="HttpSender.MaxAnswerBytes"/>.</param>
public sealed record HttpAnswer(string From, HttpStatusCode Status, TimeSpan? RetryAfter, ReadOnlyMemory<byte> Body)
{
    private const int QuotedBytes = 2048;

    // Whether it is an error, which one, and what became of each row is asked one after the other.
    private readonly Lazy<JsonElement?> _json = new(() => Parse(Body));

    /// <summary>The headers; null where none matter.</summary>
    public HttpResponseHeaders? Headers { get; init; }

    /// <summary>The value of a header, or null.</summary>
    public string? Header(string name) => Headers is not null && Headers.TryGetValues(name, out var values) ? values.First() : null;

    /// <summary>The body as JSON, or null where it is none.</summary>
    public JsonElement? Json() => _json.Value;

    /// <summary>One sentence on what was answered, fit to be shown.</summary>
    public string Describe(Redactor redactor)
    {
        var said = redactor.Clean(Encoding.UTF8.GetString(Body.Span[..Math.Min(Body.Length, QuotedBytes)]));
        var answered = $"{From} answered {(int)Status} {Status}";
        return said.Length == 0 ? answered : $"{answered}: {said}";
    }

    private static JsonElement? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Either an answer, or the outcome of every row where none came.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="NoAnswer">Retry where nothing was sent, unknown where something was; meaningless where there is an answer.</param>
public readonly record struct HttpResult(HttpAnswer? Answer, RowOutcome NoAnswer);
