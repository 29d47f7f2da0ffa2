using System.Buffers;
using System.Text.Json;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>
/// Reads rows out of a stream of JSON, a list of lists of texts and nulls that stands alone or as <c>data</c> of an object. It holds one row at a
/// time, so a partition may be of any size.
/// </summary>
/// <param name="stream">The JSON, which is disposed.</param>
/// <param name="columns">How many a row has.</param>
/// <param name="settings">How long to wait for the next bytes.</param>
internal sealed class RowReader(Stream stream, int columns, SnowflakeSettings settings) : IDisposable
{
    private const int FirstSize = 64 * 1024;

    private readonly bool[] _nulls = new bool[columns];
    private readonly int[] _ends = new int[columns];
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
    private byte[] _cells = ArrayPool<byte>.Shared.Rent(FirstSize);
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = 64 });
    private int _start;
    private int _end;
    private bool _complete;
    private Place _place = Place.Outside;

    private enum Place
    {
        Outside,
        Object,
        Data,
        Rows,
        Over,
    }

    private enum Step
    {
        Row,
        NeedsMore,
        Over,
    }

    /// <summary>Goes to the next row; false where there is none.</summary>
    /// <exception cref="IOException">The stream ends too early, or nothing more comes in time.</exception>
    /// <exception cref="JsonException">It is no JSON, or no rows of so many columns.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var step = Next();
            if (step is not Step.NeedsMore)
                return step is Step.Row;
            if (_complete)
                throw new IOException("the answer breaks off");
            await FillAsync(cancellationToken);
        }
    }

    /// <summary>True where the row has NULL.</summary>
    public bool IsNull(int column) => _nulls[column];

    /// <summary>The text of a value, until the next row is read; empty for NULL.</summary>
    public ReadOnlySpan<byte> Cell(int column)
    {
        var start = column == 0 ? 0 : _ends[column - 1];
        return _cells.AsSpan(start, _ends[column] - start);
    }

    public void Dispose()
    {
        stream.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        ArrayPool<byte>.Shared.Return(_cells);
        (_buffer, _cells, _place) = ([], [], Place.Over);
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        // A row is parsed as a whole, so the buffer grows to the longest.
        if (_end - _start == _buffer.Length)
            Grow(ref _buffer, _buffer.Length * 2, _end);
        if (_start > 0)
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = await ReceiveAsync(_buffer.AsMemory(_end), cancellationToken);
        _complete = read == 0;
        _end += read;
    }

    // Nobody knows how long a partition is: not the whole of it has to come in limited time, but its next bytes.
    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(settings.RequestTimeout, settings.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await stream.ReadAsync(buffer, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"nothing came within {settings.RequestTimeout.TotalSeconds:0.#} s");
        }
    }

    private Step Next()
    {
        if (_place is Place.Over)
            return Step.Over;
        var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), isFinalBlock: false, _state);
        while (true)
        {
            var step = _place is Place.Rows ? Row(ref reader) : Seek(ref reader);
            // What was not understood as a whole is read again, when more of it is there.
            if (step is Step.NeedsMore)
                return Step.NeedsMore;
            _start += (int)reader.BytesConsumed;
            _state = reader.CurrentState;
            if (step is { } reached)
                return reached;
            reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), isFinalBlock: false, _state);
        }
    }

    // Null: one token on, and look again.
    private Step? Seek(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
            return Step.NeedsMore;
        switch (_place, reader.TokenType)
        {
            case (Place.Outside, JsonTokenType.StartObject):
                _place = Place.Object;
                return null;
            case (Place.Outside or Place.Data, JsonTokenType.StartArray):
                _place = Place.Rows;
                return null;
            case (Place.Object, JsonTokenType.PropertyName):
                if (reader.ValueTextEquals("data"u8))
                    _place = Place.Data;
                else if (!reader.TrySkip())
                    return Step.NeedsMore;
                return null;
            case (Place.Object, JsonTokenType.EndObject) or (Place.Data, JsonTokenType.Null):
                _place = Place.Over;
                return Step.Over;
            default:
                throw new JsonException("the answer has no rows where they should be");
        }
    }

    private Step? Row(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
            return Step.NeedsMore;
        if (reader.TokenType is JsonTokenType.EndArray)
        {
            _place = Place.Over;
            return Step.Over;
        }

        var end = 0;
        for (var column = 0; ; column++)
        {
            if (!reader.Read())
                return Step.NeedsMore;
            if (reader.TokenType is JsonTokenType.EndArray)
                return column == columns ? Step.Row : throw new JsonException($"a row has {column} values, and the result has {columns} columns");
            if (column == columns)
                throw new JsonException($"a row has more values than the result has columns ({columns})");
            _nulls[column] = reader.TokenType is JsonTokenType.Null;
            if (!_nulls[column])
                end += Copy(ref reader, end);
            _ends[column] = end;
        }
    }

    private int Copy(ref Utf8JsonReader reader, int at)
    {
        if (_cells.Length - at < reader.ValueSpan.Length)
            Grow(ref _cells, Math.Max(_cells.Length * 2, at + reader.ValueSpan.Length), at);
        if (reader.TokenType is JsonTokenType.String)
            return reader.CopyString(_cells.AsSpan(at));
        reader.ValueSpan.CopyTo(_cells.AsSpan(at));
        return reader.ValueSpan.Length;
    }

    private static void Grow(ref byte[] buffer, int size, int used)
    {
        var larger = ArrayPool<byte>.Shared.Rent(size);
        buffer.AsSpan(0, used).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
