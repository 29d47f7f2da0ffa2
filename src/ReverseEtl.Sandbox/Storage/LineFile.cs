using System.Buffers;
using System.IO.Pipelines;

namespace ReverseEtl.Sandbox.Storage;

/// <summary>
/// A file of lines that only grows, each line with the operating system before what it stands for is answered. One process at a
/// time has the file.
/// </summary>
internal sealed class LineFile : IDisposable
{
    private const int ReadBytes = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly FileStream _file;

    private LineFile(FileStream file) => _file = file;

    /// <exception cref="IOException">Another process has the file.</exception>
    public static LineFile Open(string folder, string name)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, name);
        try
        {
            return new LineFile(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (IOException failure)
        {
            throw new IOException($"the sandbox cannot open {path}; is another sandbox running on that folder? ({failure.Message})", failure);
        }
    }

    /// <summary>Reads every line. A last line that was cut off by a crash was never answered: it is dropped.</summary>
    public async Task ReplayAsync(Action<byte[]> replay, CancellationToken cancellationToken)
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
                replay(rest.Slice(0, end).ToArray());
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

    /// <param name="line">With its line break.</param>
    public void Append(ReadOnlySpan<byte> line)
    {
        lock (_gate)
            _file.Write(line);
    }

    public void Clear()
    {
        lock (_gate)
            _file.SetLength(0);
    }

    public void Dispose() => _file.Dispose();
}
