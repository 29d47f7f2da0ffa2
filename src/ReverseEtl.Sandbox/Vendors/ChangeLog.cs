using System.Buffers;
using System.Text.Json;
using ReverseEtl.Sandbox.Storage;

namespace ReverseEtl.Sandbox.Vendors;

/// <summary>What changed in the accounts, one line of JSON per request that changed something.</summary>
internal sealed class ChangeLog(string folder) : IDisposable
{
    private const string FileName = "vendors.jsonl";

    private readonly Lock _gate = new();
    private LineFile? _file;

    public async Task ReplayAsync(Action<string, string, IReadOnlyList<Change>> replay, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(folder, FileName)))
            return;
        _file = LineFile.Open(folder, FileName);
        await _file.ReplayAsync(
            line =>
            {
                using var entry = JsonDocument.Parse(line);
                var root = entry.RootElement;
                replay(
                    root.GetProperty("type").GetString()!,
                    root.GetProperty("account").GetString()!,
                    [.. root.GetProperty("changes").EnumerateArray().Select(Read)]);
            },
            cancellationToken);
    }

    public void Append(Account account, IReadOnlyList<Change> changes)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type", account.Type);
            writer.WriteString("account", account.Name);
            writer.WriteStartArray("changes");
            foreach (var change in changes)
                Write(writer, change);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        lock (_gate)
            (_file ??= LineFile.Open(folder, FileName)).Append(buffer.WrittenSpan);
    }

    public void Clear()
    {
        lock (_gate)
            _file?.Clear();
    }

    public void Dispose() => _file?.Dispose();

    private static void Write(Utf8JsonWriter writer, Change change)
    {
        writer.WriteStartObject();
        writer.WriteString("table", change.Table);
        writer.WriteString("id", change.Id);
        if (change.Fields is { } fields)
        {
            writer.WriteStartObject("set");
            foreach (var (field, value) in fields)
                writer.WriteString(field, value);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static Change Read(JsonElement change) => new(
        change.GetProperty("table").GetString()!,
        change.GetProperty("id").GetString(),
        change.TryGetProperty("set", out var fields)
            ? fields.EnumerateObject().ToDictionary(field => field.Name, field => field.Value.GetString(), StringComparer.Ordinal)
            : null);
}
