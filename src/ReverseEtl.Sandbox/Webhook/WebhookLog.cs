using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;

namespace ReverseEtl.Sandbox.Webhook;

/// <summary>An accepted request as the log has it.</summary>
/// <param name="At">When it was received (UTC).</param>
/// <param name="Path">The path below <c>/webhook/</c>.</param>
/// <param name="Except">Keys of rows that were refused.</param>
/// <param name="Body">The body as received.</param>
internal sealed record LoggedRequest(DateTimeOffset At, string Path, IReadOnlySet<string> Except, RawJson Body);

/// <summary>
/// Accepted requests, one JSON document per line, each with the operating system before it is answered. One process at a time has
/// the file.
/// </summary>
internal sealed class WebhookLog : IDisposable
{
    private const string FileName = "webhooks.jsonl";
    private const int ReadBytes = 1024 * 1024;

    private static readonly SearchValues<byte> LineBreaks = SearchValues.Create("\r\n"u8);

    private readonly Lock _gate = new();
    private readonly FileStream _file;

    private WebhookLog(FileStream file) => _file = file;

    /// <exception cref="IOException">Another process has the folder.</exception>
    public static WebhookLog Open(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = System.IO.Path.Combine(folder, FileName);
        try
        {
            return new WebhookLog(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (IOException failure)
        {
            throw new IOException($"the sandbox cannot open {path}; is another sandbox running on that folder? ({failure.Message})", failure);
        }
    }

    /// <summary>Reads every request. A last line that was cut off by a crash was never answered: it is dropped.</summary>
    public async Task ReplayAsync(Action<LoggedRequest> replay, CancellationToken cancellationToken)
    {
        _file.Position = 0;
        var reader = PipeReader.Create(_file, new StreamPipeReaderOptions(bufferSize: ReadBytes, leaveOpen: true));
        long whole = 0;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                replay(Parse(new RawJson(rest.Slice(0, end).ToArray())));
                var next = rest.GetPosition(1, end);
                whole += rest.Slice(0, next).Length;
                rest = rest.Slice(next);
            }

            reader.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted)
                break;
        }

        await reader.CompleteAsync();
        _file.SetLength(whole);
        _file.Position = whole;
    }

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
            lock (_gate)
                _file.Write(line, 0, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(line);
        }
    }

    public void Clear()
    {
        lock (_gate)
            _file.SetLength(0);
    }

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
