using System.Buffers;
using System.Text;
using System.Text.Json;
using ReverseEtl.Sandbox.Storage;

namespace ReverseEtl.Sandbox.Webhook;

/// <summary>An accepted request as the log has it.</summary>
/// <param name="At">When it was received (UTC).</param>
/// <param name="Path">The path below <c>/webhook/</c>.</param>
/// <param name="Except">Keys of rows that were refused.</param>
/// <param name="Body">The body as received.</param>
internal sealed record LoggedRequest(DateTimeOffset At, string Path, IReadOnlySet<string> Except, RawJson Body);

/// <summary>Accepted requests, one JSON document per line.</summary>
internal sealed class WebhookLog : IDisposable
{
    private const string FileName = "webhooks.jsonl";

    private static readonly SearchValues<byte> LineBreaks = SearchValues.Create("\r\n"u8);

    private readonly LineFile _file;

    private WebhookLog(LineFile file) => _file = file;

    /// <exception cref="IOException">Another process has the folder.</exception>
    public static WebhookLog Open(string folder) => new(LineFile.Open(folder, FileName));

    /// <summary>Reads every request.</summary>
    public Task ReplayAsync(Action<LoggedRequest> replay, CancellationToken cancellationToken) =>
        _file.ReplayAsync(line => replay(Parse(new RawJson(line))), cancellationToken);

    public void Append(DateTimeOffset at, string path, IReadOnlySet<string> except, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes(
            $"{{\"at\":\"{at:O}\",\"path\":{JsonSerializer.Serialize(path)},\"except\":{JsonSerializer.Serialize(except)},\"body\":");
        var length = head.Length + body.Length + 2;
        var line = ArrayPool<byte>.Shared.Rent(length);
        head.CopyTo(line, 0);
        body.CopyTo(line.AsSpan(head.Length));
        "}\n"u8.CopyTo(line.AsSpan(length - 2));

        // Between tokens a line break is only white space, and within a string JSON has none.
        line.AsSpan(0, length - 1).ReplaceAny(LineBreaks, (byte)' ');
        try
        {
            _file.Append(line.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(line);
        }
    }

    public void Clear() => _file.Clear();

    public void Dispose() => _file.Dispose();

    // By position, as Append wrote it: the body then stays the bytes of the line.
    private static LoggedRequest Parse(RawJson line)
    {
        var reader = new Utf8JsonReader(line.Span);
        Next(ref reader);
        Next(ref reader, 2);
        var at = reader.GetDateTimeOffset();
        Next(ref reader, 2);
        var path = reader.GetString()!;
        Next(ref reader, 2);
        var except = JsonSerializer.Deserialize<HashSet<string>>(ref reader)!;
        Next(ref reader, 2);
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new LoggedRequest(at, path, except, line.Slice(start, (int)reader.BytesConsumed - start));
    }

    private static void Next(ref Utf8JsonReader reader, int tokens = 1)
    {
        for (; tokens > 0; tokens--)
            reader.Read();
    }
}
