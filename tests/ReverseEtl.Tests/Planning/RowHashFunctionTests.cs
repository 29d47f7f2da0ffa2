using System.Text;
using ReverseEtl.Core.Planning;
using ReverseEtl.Tests.DuckDb;
using ReverseEtl.Warehouses.Local;

namespace ReverseEtl.Tests.Planning;

/// <summary>The row hash inside DuckDB against the row hash of the values themselves.</summary>
public sealed class RowHashFunctionTests
{
    private const ulong Seed = 4711;

    // More rows than a word of the validity mask has bits, and a number of them that is no multiple of it.
    private const int Rows = 200;

    public static TheoryData<string, Func<ulong, int, ulong>> Columns => new()
    {
        { "i % 2 = 0", (hash, i) => RowHash.Bits(hash, i % 2 == 0 ? 1u : 0) },
        { "(i - 100)::tinyint", (hash, i) => RowHash.Bits(hash, (ulong)(i - 100L)) },
        { "i::utinyint", (hash, i) => RowHash.Bits(hash, (ulong)i) },
        { "(-i)::smallint", (hash, i) => RowHash.Bits(hash, (ulong)-(long)i) },
        { "(60000 + i)::usmallint", (hash, i) => RowHash.Bits(hash, 60000 + (ulong)i) },
        { "(-i)::int", (hash, i) => RowHash.Bits(hash, (ulong)-(long)i) },
        { "(4000000000 + i)::uinteger", (hash, i) => RowHash.Bits(hash, 4000000000 + (ulong)i) },
        { "(-i)::bigint", (hash, i) => RowHash.Bits(hash, (ulong)-(long)i) },
        { "(-i)::hugeint", (hash, i) => RowHash.Bits(hash, (ulong)-(long)i, i == 0 ? 0 : ulong.MaxValue) },
        { "(i / 4)::float", (hash, i) => RowHash.Float(hash, i / 4.0) },
        { "(-i / 3)::double", (hash, i) => RowHash.Float(hash, -i / 3.0) },
        { "i::decimal(4, 1)", (hash, i) => RowHash.Bits(hash, (ulong)i * 10) },
        { "i::decimal(9, 1)", (hash, i) => RowHash.Bits(hash, (ulong)i * 10) },
        { "i::decimal(18, 1)", (hash, i) => RowHash.Bits(hash, (ulong)i * 10) },
        { "i::decimal(38, 1)", (hash, i) => RowHash.Bits(hash, (ulong)i * 10, 0) },
        { "date '1970-01-01' + i::int", (hash, i) => RowHash.Bits(hash, (ulong)i) },
        { "timestamp '1970-01-01' + to_seconds(i)", (hash, i) => RowHash.Bits(hash, (ulong)i * 1_000_000) },
        { "to_days(i::int)", (hash, i) => RowHash.Bits(hash, (ulong)i << 32, 0) },
        // Around the lengths at which text is kept in another way, and is hashed in another way.
        { "repeat('ø', i::int % 40)", (hash, i) => RowHash.Bytes(hash, Encoding.UTF8.GetBytes(new string('ø', i % 40))) },
        { "repeat('x', i::int)", (hash, i) => RowHash.Bytes(hash, Encoding.UTF8.GetBytes(new string('x', i))) },
        { "encode(repeat('x', i::int))", (hash, i) => RowHash.Bytes(hash, Encoding.UTF8.GetBytes(new string('x', i))) },
        { "'constant'", (hash, _) => RowHash.Bytes(hash, "constant"u8) },
        { "(['one', 'another'])[i % 2 + 1]::enum('another', 'one')", (hash, i) => RowHash.Bytes(hash, i % 2 == 0 ? "one"u8 : "another"u8) },
    };

    [Theory]
    [MemberData(nameof(Columns), DisableDiscoveryEnumeration = true)]
    public void Every_type_is_hashed_as_its_values_are(string sql, Func<ulong, int, ulong> reference)
    {
        using var connection = Db.Open();
        var function = new RowHashFunction(RowHashFunction.Name, Seed);
        function.Register(connection);
        connection.Run($"create table t as select i, {sql} as v, case when i % 3 > 0 or i between 64 and 127 then {sql} end as n from range({Rows}) r(i)");

        var row = 0;
        using var reader = connection.Command($"select {RowHashFunction.Name}(v, n, i, null::varchar) from t order by i").ExecuteReader();
        for (; reader.Read(); row++)
        {
            var hash = reference(Seed, row);
            hash = row % 3 > 0 || row is >= 64 and <= 127 ? reference(hash, row) : RowHash.Null(hash);
            Assert.Equal(RowHash.Finish(RowHash.Null(RowHash.Bits(hash, (ulong)row))), reader.GetFieldValue<ulong>(0));
        }

        Assert.Equal(Rows, row);
        Assert.Equal(Rows, function.Rows);
    }
}
