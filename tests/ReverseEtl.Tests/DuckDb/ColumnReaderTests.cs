using System.Text;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Tests.DuckDb;

public sealed class ColumnReaderTests : IDisposable
{
    private const int Rows = 100_000;

    /// <summary>More than DuckDB buffers of a stream before the first row is asked for.</summary>
    private const int ManyRows = 3_000_000;

    private readonly DuckDBConnection _connection = Db.Open();

    public void Dispose() => _connection.Dispose();

    [Fact]
    public void A_stream_gives_every_row_once_and_in_order()
    {
        using var command = _connection.Command($"SELECT i, CASE WHEN i % 3 = 0 THEN NULL ELSE 'text ' || i END AS s, CASE WHEN i % 2 = 0 THEN 'even' ELSE 'a longer odd text' END FROM range({Rows}) t(i)");
        using var reader = command.ExecuteColumns();
        Assert.Equal(["i", "s"], reader.Columns.Take(2).Select(column => column.Name));
        Assert.Equal(DuckDBType.BigInt, reader.Columns[0].Type.Id);
        var next = 0L;
        var chunks = 0;
        while (reader.ReadChunk())
        {
            chunks++;
            var chunk = reader.Chunk;
            var numbers = chunk[0].Values<long>();
            var texts = chunk[1];
            var parity = chunk[2];
            Assert.Equal(chunk.RowCount, numbers.Length);
            Assert.True(chunk[0].Validity.IsEmpty);
            for (var row = 0; row < chunk.RowCount; row++, next++)
            {
                Assert.Equal(next, numbers[row]);
                Assert.Equal(next % 3 != 0, texts.IsValid(row));
                Assert.Equal(next % 3 != 0, (texts.Validity[row >> 6] >> (row & 63) & 1) == 1);
                if (next % 3 != 0)
                    Assert.Equal($"text {next}", Encoding.UTF8.GetString(texts.Utf8(row)));
                Assert.True(parity.Utf8(row).SequenceEqual(next % 2 == 0 ? "even"u8 : "a longer odd text"u8));
            }
        }
        Assert.Equal(Rows, next);
        Assert.True(chunks > Rows / DataChunkWriter.MaxRows);
        Assert.False(reader.ReadChunk());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_error_on_the_way_is_not_the_end(bool streaming)
    {
        _connection.Run("SET threads = 1");
        using var command = _connection.Command($"SELECT CASE WHEN i = {ManyRows - 1} THEN 'not a number' ELSE i::VARCHAR END::INTEGER FROM range({ManyRows}) t(i)");
        command.UseStreamingMode = streaming;
        var rows = 0;
        var error = Assert.Throws<DuckDBException>(() =>
        {
            using var reader = command.ExecuteReader();
            while (reader.Read())
                rows++;
        });
        Assert.Equal(DuckDBErrorType.Conversion, error.ErrorType);
        Assert.True(rows < ManyRows);
        Assert.Equal(streaming, rows > 0);
    }

    [Fact]
    public void An_error_on_the_way_reaches_the_column_reader()
    {
        // With several, DuckDB may keep the error of a thread that the failed one has interrupted.
        _connection.Run("SET threads = 1");
        using var command = _connection.Command($"SELECT CASE WHEN i = {ManyRows - 1} THEN error('late') ELSE i END FROM range({ManyRows}) t(i)");
        using var reader = command.ExecuteColumns();
        var chunks = 0;
        Assert.Contains("late", Assert.Throws<DuckDBException>(() =>
        {
            while (reader.ReadChunk())
                chunks++;
        }).Message, StringComparison.Ordinal);
        Assert.True(chunks > 0);
        Assert.False(reader.ReadChunk());
    }

    [Fact]
    public void A_stream_is_interrupted_by_its_token()
    {
        using var source = new CancellationTokenSource();
        using var command = _connection.Command("SELECT a.range FROM range(10000000) a, range(10000000) b WHERE hash(a.range, b.range) % 100 = 0");
        using var reader = command.ExecuteColumns(CancellationToken.None);
        Assert.True(reader.ReadChunk(source.Token));
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => reader.ReadChunk(source.Token));
    }

    [Fact]
    public void Chunk_before_ReadChunk_is_an_error()
    {
        using var command = _connection.Command("SELECT 1");
        using var reader = command.ExecuteColumns();
        Assert.Throws<InvalidOperationException>(() => _ = reader.Chunk.RowCount);
        Assert.True(reader.ReadChunk());
        Assert.Equal(1, reader.Chunk[0].Values<int>()[0]);
        Assert.False(reader.ReadChunk());
        Assert.Throws<InvalidOperationException>(() => _ = reader.Chunk.RowCount);
    }

    [Fact]
    public void A_wrong_layout_is_an_error_and_not_a_read_past_the_end()
    {
        using var command = _connection.Command("SELECT 1::INTEGER AS i, 'x' AS s");
        using var reader = command.ExecuteColumns();
        Assert.True(reader.ReadChunk());
        Assert.Throws<InvalidCastException>(() => reader.Chunk[0].Values<long>()[0]);
        Assert.Throws<InvalidCastException>(() => reader.Chunk[0].Utf8(0).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Chunk[1].Utf8(1).Length);
        Assert.Throws<InvalidCastException>(() => reader.Chunk[1].Elements().Count);
    }

    [Fact]
    public void Nested_columns_are_read_without_boxing()
    {
        using var command = _connection.Command("SELECT [i, i + 1], {'a': i, 'b': 'x' || i}, MAP {'k' || i: i}, (CASE i % 2 WHEN 0 THEN 'no' ELSE 'yes' END)::ENUM('yes', 'no') FROM range(3000) t(i)");
        using var reader = command.ExecuteColumns();
        var next = 0L;
        while (reader.ReadChunk())
        {
            var chunk = reader.Chunk;
            for (var row = 0; row < chunk.RowCount; row++, next++)
            {
                var (offset, length) = chunk[0].Slice(row);
                Assert.Equal([next, next + 1], chunk[0].Elements().Values<long>().Slice(offset, length));
                Assert.Equal(next, chunk[1].Field(0).Values<long>()[row]);
                Assert.Equal($"x{next}", Encoding.UTF8.GetString(chunk[1].Field(1).Utf8(row)));
                Assert.Equal($"k{next}", Encoding.UTF8.GetString(chunk[2].Elements().Field(0).Utf8(chunk[2].Slice(row).Offset)));
                Assert.Equal(next % 2 == 0 ? "no" : "yes", Encoding.UTF8.GetString(chunk[3].Utf8(row)));
            }
        }
        Assert.Equal(3000, next);
    }

    /// <summary>A stream hands out constant and dictionary vectors, which must be flat by the time they are read.</summary>
    [Fact]
    public void Constant_nested_vectors_are_flat()
    {
        using var command = _connection.Command("SELECT [1, 2], {'a': 'const', 'b': [3]}, i FROM range(2000) t(i) WHERE i % 2 = 0");
        using var reader = command.ExecuteColumns();
        var rows = 0;
        while (reader.ReadChunk())
        {
            var chunk = reader.Chunk;
            for (var row = 0; row < chunk.RowCount; row++, rows++)
            {
                var (offset, length) = chunk[0].Slice(row);
                Assert.Equal([1, 2], chunk[0].Elements().Values<int>().Slice(offset, length));
                Assert.True(chunk[1].Field(0).Utf8(row).SequenceEqual("const"u8));
                Assert.Equal(3, chunk[1].Field(1).Elements().Values<int>()[chunk[1].Field(1).Slice(row).Offset]);
            }
        }
        Assert.Equal(1000, rows);
    }

    [Fact]
    public void Reading_allocates_nothing_per_row()
    {
        using var command = _connection.Command("SELECT i, 'a text of more than twelve bytes ' || i FROM range(2000000) t(i)");
        using var reader = command.ExecuteColumns();
        Assert.True(reader.ReadChunk());
        var before = GC.GetAllocatedBytesForCurrentThread();
        var rows = reader.Chunk.RowCount;
        var bytes = 0L;
        while (reader.ReadChunk())
        {
            var chunk = reader.Chunk;
            var texts = chunk[1];
            for (var row = 0; row < chunk.RowCount; row++)
                bytes += texts.Utf8(row).Length;
            rows += chunk.RowCount;
        }
        Assert.Equal(2_000_000, rows);
        Assert.True(bytes > 60_000_000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }
}
