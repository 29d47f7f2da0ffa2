using ReverseEtl.DuckDb;

namespace ReverseEtl.Tests.DuckDb;

public sealed class TableFunctionTests : IDisposable
{
    private readonly DuckDBConnection _connection = Db.Open();

    public void Dispose() => _connection.Dispose();

    private sealed class Numbers(int rows, Action<int>? onRow = null, Action? onDispose = null) : IDuckDBTableSource
    {
        private int _next;

        public int Fill(DataChunkWriter chunk)
        {
            var count = Math.Min(DataChunkWriter.MaxRows, rows - _next);
            var ids = chunk[0].Values<long>();
            var names = chunk[1];
            for (var row = 0; row < count; row++, _next++)
            {
                onRow?.Invoke(_next);
                ids[row] = _next;
                if (_next % 5 == 0)
                    names.SetNull(row);
                else
                    names.AssignString(row, $"name of the row {_next}");
            }
            return count;
        }

        public void Dispose() => onDispose?.Invoke();
    }

    private static DuckDBTableFunction Function(Func<IDuckDBTableSource> open) => new()
    {
        Name = "numbers",
        Columns = [new("id", DuckDBLogicalType.BigInt), new("name", DuckDBLogicalType.Varchar)],
        Open = open,
        EstimatedRows = 10_000,
    };

    [Fact]
    public void It_feeds_a_query()
    {
        _connection.RegisterTableFunction(Function(() => new Numbers(10_000)));
        using var command = _connection.Command("SELECT count(*), sum(id), count(name), count(*) FILTER (name = 'name of the row ' || id) FROM numbers()");
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal([10_000L, 49_995_000L, 8_000L, 8_000L], Enumerable.Range(0, 4).Select(reader.GetFieldValue<long>));
    }

    [Fact]
    public void It_joins_and_is_scanned_anew_each_time()
    {
        var opened = 0;
        var disposed = 0;
        _connection.RegisterTableFunction(Function(() =>
        {
            Interlocked.Increment(ref opened);
            return new Numbers(5_000, onDispose: () => Interlocked.Increment(ref disposed));
        }));
        Assert.Equal(5_000L, _connection.Scalar("SELECT count(*) FROM numbers() a FULL JOIN numbers() b ON a.id = b.id"));
        Assert.Equal(4_999L, _connection.Scalar("SELECT max(id) FROM numbers()"));
        Assert.Equal((3, 3), (opened, disposed));
    }

    [Fact]
    public void It_has_columns_even_when_empty()
    {
        _connection.RegisterTableFunction(Function(() => new Numbers(0)));
        using var command = _connection.Command("SELECT * FROM numbers()");
        using var reader = command.ExecuteReader();
        Assert.Equal(["id", "name"], [reader.GetName(0), reader.GetName(1)]);
        Assert.False(reader.Read());
    }

    [Fact]
    public void An_exception_fails_the_query_and_the_source_is_disposed()
    {
        var disposed = false;
        _connection.RegisterTableFunction(Function(() => new Numbers(10_000, row =>
        {
            if (row == 7_000)
                throw new IOException("the stream broke");
        }, () => disposed = true)));
        Assert.Contains("the stream broke", Assert.Throws<DuckDBException>(() => _connection.Scalar("SELECT count(*) FROM numbers()")).Message, StringComparison.Ordinal);
        Assert.True(disposed);
    }

    [Fact]
    public void A_source_that_cannot_open_fails_the_query()
    {
        _connection.RegisterTableFunction(Function(() => throw new IOException("no such host")));
        Assert.Contains("no such host", Assert.Throws<DuckDBException>(() => _connection.Scalar("SELECT count(*) FROM numbers()")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_ends_an_endless_source()
    {
        using var source = new CancellationTokenSource();
        _connection.RegisterTableFunction(Function(() => new Numbers(int.MaxValue, row =>
        {
            if (row == 100_000)
                source.Cancel();
        })));
        await using var command = _connection.Command("SELECT count(name) FROM numbers()");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => command.ExecuteScalarAsync(source.Token));
    }

    [Fact]
    public async Task A_source_that_stops_on_the_callers_token_counts_as_cancelled()
    {
        using var source = new CancellationTokenSource();
        _connection.RegisterTableFunction(Function(() => new Numbers(int.MaxValue, row =>
        {
            if (row < 5_000)
                return;
            source.Cancel();
            source.Token.ThrowIfCancellationRequested();
        })));
        await using var command = _connection.Command("SELECT count(name) FROM numbers()");
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => command.ExecuteScalarAsync(source.Token));
        Assert.Equal(source.Token, error.CancellationToken);
    }

    [Fact]
    public void A_stream_reads_while_the_source_runs()
    {
        _connection.RegisterTableFunction(Function(() => new Numbers(1_000_000)));
        using var command = _connection.Command("SELECT id FROM numbers()");
        using var reader = command.ExecuteColumns();
        var next = 0L;
        while (reader.ReadChunk())
            foreach (var id in reader.Chunk[0].Values<long>())
                Assert.Equal(next++, id);
        Assert.Equal(1_000_000, next);
    }
}
