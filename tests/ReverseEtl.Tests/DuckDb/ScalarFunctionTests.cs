using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Tests.DuckDb;

public sealed class ScalarFunctionTests : IDisposable
{
    private readonly DuckDBConnection _connection = Db.Open("Data Source=:memory:;threads=4");

    public void Dispose() => _connection.Dispose();

    private static readonly DuckDBScalarFunction Add = new()
    {
        Name = "add_them",
        Parameters = [DuckDBLogicalType.BigInt, DuckDBLogicalType.BigInt],
        ReturnType = DuckDBLogicalType.BigInt,
        Callback = static (input, output) =>
        {
            var left = input[0].Values<long>();
            var right = input[1].Values<long>();
            var sums = output.Values<long>();
            for (var i = 0; i < left.Length; i++)
                sums[i] = left[i] + right[i];
        },
    };

    /// <summary>One character per argument: its type's first letter, or - for NULL.</summary>
    private static readonly DuckDBScalarFunction Shape = new()
    {
        Name = "shape",
        VarArgs = DuckDBLogicalType.Any,
        ReturnType = DuckDBLogicalType.Varchar,
        SeesNulls = true,
        Callback = static (input, output) =>
        {
            Span<byte> text = stackalloc byte[16];
            for (var row = 0; row < input.RowCount; row++)
            {
                for (var column = 0; column < input.ColumnCount; column++)
                    text[column] = input[column].IsValid(row) ? (byte)input[column].Type.ToString()[0] : (byte)'-';
                output.AssignString(row, text[..input.ColumnCount]);
            }
        },
    };

    [Fact]
    public void It_computes_and_DuckDB_casts_the_arguments()
    {
        _connection.RegisterScalarFunction(Add);
        Assert.Equal(3L, _connection.Scalar("SELECT add_them(1::TINYINT, 2)"));
        Assert.Equal(9_999_900_000m, _connection.Value<decimal>("SELECT sum(add_them(i, i)) FROM range(100000) t(i)"));
    }

    [Fact]
    public void A_null_argument_gives_null()
    {
        _connection.RegisterScalarFunction(Add);
        Assert.Equal(DBNull.Value, _connection.Scalar("SELECT add_them(1, NULL)"));
        Assert.Equal(2000L, _connection.Scalar("SELECT count(*) FROM range(6000) t(i) WHERE add_them(i, CASE WHEN i % 3 = 0 THEN NULL ELSE 1 END) IS NULL"));
        Assert.Equal(DBNull.Value, _connection.Scalar("SELECT add_them(?, 1)", [null]));
    }

    [Fact]
    public void It_sees_nulls_and_types_when_it_wants_to()
    {
        _connection.RegisterScalarFunction(Shape);
        Assert.Equal("IV-D", _connection.Scalar("SELECT shape(1, 'x', NULL::DATE, 1.5)"));
        Assert.Equal("B-", _connection.Scalar("SELECT shape(i, CASE WHEN i = 7 THEN NULL ELSE 1 END) FROM range(10) t(i) WHERE i = 7"));
        Assert.Equal("-", _connection.Scalar("SELECT shape(NULL)"));
        Assert.Equal("I", _connection.Scalar("SELECT shape(?)", 5));
        Assert.Equal("-", _connection.Scalar("SELECT shape(?)", [null]));
        Assert.Equal("", _connection.Scalar("SELECT shape()"));
        Assert.Equal("VVVVVVVVVVVV", _connection.Scalar($"SELECT shape({string.Join(", ", Enumerable.Repeat("'a'", 12))})"));
        Assert.Equal("VVVVVVVVVVVVV", _connection.Scalar($"SELECT shape({string.Join(", ", Enumerable.Repeat("'a'", 13))})"));
    }

    [Fact]
    public void An_exception_fails_the_query_and_nothing_else()
    {
        _connection.RegisterScalarFunction(new()
        {
            Name = "picky",
            Parameters = [DuckDBLogicalType.BigInt],
            ReturnType = DuckDBLogicalType.Boolean,
            Callback = static (input, output) =>
            {
                if (input[0].Values<long>().Contains(50_000))
                    throw new InvalidOperationException("50,000 is not for me");
                output.Values<bool>().Fill(true);
            },
        });
        var error = Assert.Throws<DuckDBException>(() => _connection.Scalar("SELECT count(*) FROM range(100000) t(i) WHERE picky(i)"));
        Assert.Contains("50,000 is not for me", error.Message, StringComparison.Ordinal);
        Assert.Equal(10_000L, _connection.Scalar("SELECT count(*) FROM range(10000) t(i) WHERE picky(i)"));
    }

    [Fact]
    public void It_runs_on_many_threads_at_once()
    {
        var threads = new ConcurrentDictionary<int, int>();
        _connection.RegisterScalarFunction(new()
        {
            Name = "as_text",
            Parameters = [DuckDBLogicalType.BigInt],
            ReturnType = DuckDBLogicalType.Varchar,
            Callback = (input, output) =>
            {
                threads.AddOrUpdate(Environment.CurrentManagedThreadId, 1, static (_, count) => count + 1);
                var values = input[0].Values<long>();
                for (var row = 0; row < values.Length; row++)
                    output.AssignString(row, string.Create(CultureInfo.InvariantCulture, $"the number {values[row]}"));
            },
        });
        _connection.Run("CREATE TABLE t AS SELECT i FROM range(2000000) r(i)");
        Assert.Equal(0L, _connection.Scalar("SELECT count(*) FROM t WHERE as_text(i) <> 'the number ' || i"));
        Assert.True(threads.Count > 1, $"{threads.Count} thread");
    }

    [Fact]
    public void A_volatile_function_is_called_for_every_row()
    {
        var calls = 0L;
        DuckDBScalarFunction Counter(string name, bool isVolatile) => new()
        {
            Name = name,
            ReturnType = DuckDBLogicalType.BigInt,
            IsVolatile = isVolatile,
            Callback = (input, output) =>
            {
                var values = output.Values<long>();
                for (var row = 0; row < input.RowCount; row++)
                    values[row] = Interlocked.Increment(ref calls);
            },
        };
        _connection.RegisterScalarFunction(Counter("always", isVolatile: true));
        _connection.RegisterScalarFunction(Counter("once", isVolatile: false));
        Assert.Equal(5000L, _connection.Scalar("SELECT count(DISTINCT always()) FROM range(5000)"));
        Assert.Equal(1L, _connection.Scalar("SELECT count(DISTINCT once()) FROM range(5000)"));
    }

    [Fact]
    public void It_returns_nulls_blobs_structs_and_lists()
    {
        _connection.RegisterScalarFunction(new()
        {
            Name = "pack",
            Parameters = [DuckDBLogicalType.Varchar],
            ReturnType = DuckDBLogicalType.Struct(new DuckDBColumn("bytes", DuckDBLogicalType.Blob), new DuckDBColumn("lengths", DuckDBLogicalType.List(DuckDBLogicalType.Integer))),
            Callback = static (input, output) =>
            {
                var texts = input[0];
                var bytes = output.Field(0);
                var lengths = output.Field(1);
                var elements = lengths.Elements(texts.Count * 2).Values<int>();
                for (var row = 0; row < texts.Count; row++)
                {
                    var text = texts.Utf8(row);
                    if (text.IsEmpty)
                        output.SetNull(row);
                    bytes.AssignBlob(row, text);
                    lengths.SetSlice(row, row * 2, 2);
                    elements[row * 2] = text.Length;
                    elements[row * 2 + 1] = -text.Length;
                }
            },
        });
        Assert.Equal(new List<int?> { 17, -17 }, _connection.Scalar("SELECT pack('seventeen bytes !').lengths"));
        Assert.Equal("abc"u8.ToArray(), _connection.Scalar("SELECT pack('abc').bytes"));
        Assert.Equal(DBNull.Value, _connection.Scalar("SELECT pack('')"));
        Assert.Equal(DBNull.Value, _connection.Scalar("SELECT pack('').bytes"));
        Assert.Equal(0L, _connection.Scalar("SELECT count(*) FROM range(5000) t(i) WHERE pack(i::VARCHAR).lengths <> [length(i::VARCHAR), -length(i::VARCHAR)]"));
    }

    [Fact]
    public void Text_that_is_not_utf8_is_refused()
    {
        _connection.RegisterScalarFunction(new()
        {
            Name = "broken",
            ReturnType = DuckDBLogicalType.Varchar,
            Callback = static (_, output) => output.AssignString(0, [0xFF, 0xFE]),
        });
        Assert.Contains("UTF-8", Assert.Throws<DuckDBException>(() => _connection.Scalar("SELECT broken()")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_freed_with_its_database()
    {
        var weak = RegisterAndClose();
        for (var i = 0; i < 10 && weak.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.False(weak.IsAlive);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference RegisterAndClose()
    {
        var state = new StringBuilder("state");
        using var connection = Db.Open();
        connection.RegisterScalarFunction(new()
        {
            Name = "holds",
            ReturnType = DuckDBLogicalType.Integer,
            Callback = (_, output) => output.Values<int>().Fill(state.Length),
        });
        Assert.Equal(5, connection.Scalar("SELECT holds()"));
        return new WeakReference(state);
    }
}
