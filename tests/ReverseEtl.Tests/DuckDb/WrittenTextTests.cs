using System.Text;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Tests.DuckDb;

/// <summary>Dates, timestamps and decimals are written as DuckDB's own cast writes them.</summary>
public sealed class WrittenTextTests
{
    [Theory]
    [InlineData("select '0001-01-01'::date + (i * 373)::int from range(10000) t(i)")]
    [InlineData("select '2023-12-01'::date + i::int from range(500) t(i)")]
    [InlineData("select unnest(['infinity', '-infinity', '9999-12-31', '10000-01-01', '5881580-07-10', '0001-01-01', '0001-12-31 (BC)', '5877642-06-25 (BC)', NULL])::date")]
    [InlineData("select make_timestamp((hash(i) % 500000000000000000)::bigint - 62135596800000000) from range(20000) t(i)")]
    [InlineData("select make_timestamp(i * 100000 - 86400000000 * 3) from range(20000) t(i)")]
    [InlineData("select unnest(['infinity', '-infinity', '1969-12-31 23:59:59.999999', '1970-01-01', '0001-01-01', '9999-12-31 23:59:59.9', '10000-01-01 00:00:01', '0044-03-15 (BC) 12:00:00', NULL])::timestamp")]
    [InlineData("select make_timestamptz((hash(i) % 4000000000000000)::bigint) from range(5000) t(i)", "set timezone = 'UTC'")]
    [InlineData("select ((hash(i) % 19999)::int - 9999)::decimal(4, 0) from range(5000) t(i)")]
    [InlineData("select (((hash(i) % 19999)::int - 9999) / 10000)::decimal(4, 4) from range(5000) t(i)")]
    [InlineData("select (((hash(i) % 1999999999)::bigint - 999999999) / 1000)::decimal(9, 3) from range(5000) t(i)")]
    [InlineData("select (((hash(i) % 20000000)::bigint - 10000000) / 100)::decimal(12, 2) from range(5000) t(i)")]
    [InlineData("select unnest(['-999999999999999999', '999999999999999999', '0', '-1', NULL])::decimal(18, 0)")]
    [InlineData("select unnest(['-0.01', '0.99', '99999999999999999999999999999999999.999', '-12345678901234567890.1'])::decimal(38, 3)")]
    public void Text_is_that_of_a_cast(string query, string setting = "select 1")
    {
        using var connection = Db.Open();
        connection.Run(setting);
        using var command = connection.Command($"select v, v::varchar from ({query}) t(v)");
        using var reader = command.ExecuteColumns(TestContext.Current.CancellationToken);
        Span<byte> text = stackalloc byte[ColumnVector.LongestText];
        var rows = 0;
        while (reader.ReadChunk())
        {
            var values = reader.Chunk[0];
            var casts = reader.Chunk[1];
            for (var row = 0; row < reader.Chunk.RowCount; row++, rows++)
            {
                if (values.IsValid(row))
                    Assert.Equal(Expected(Encoding.UTF8.GetString(casts.Bytes(row))), Encoding.UTF8.GetString(text[..values.WriteText(row, text)]));
            }
        }

        Assert.True(rows > 3);
    }

    // DuckDB shows an instant with its offset, and a decimal of fractions only without a zero, which is no number in JSON.
    private static string Expected(string cast)
    {
        var plain = cast.EndsWith("+00", StringComparison.Ordinal) ? cast[..^3] : cast;
        return plain.StartsWith('.') ? $"0{plain}" : plain.StartsWith("-.", StringComparison.Ordinal) ? $"-0{plain[1..]}" : plain;
    }

    [Fact]
    public void Another_type_is_told()
    {
        using var connection = Db.Open();
        using var command = connection.Command("select 7");
        using var reader = command.ExecuteColumns(TestContext.Current.CancellationToken);
        reader.ReadChunk();
        Assert.Throws<InvalidCastException>(() => reader.Chunk[0].WriteText(0, new byte[ColumnVector.LongestText]));
    }
}
