using ReverseEtl.Conformance.Planner;

namespace ReverseEtl.Tests.Planning;

/// <summary>A table with a column of every type that DuckDB has.</summary>
internal static class DuckDbTypedTable
{
    public static TypedTable Table { get; } = new(
        "create type mood as enum ('ok', 'Ærø')",
        ["a", "b", "c", "d", "m"],
        new Dictionary<string, string>
        {
            ["a"] = "i",
            ["b"] = "i::decimal(20, 3) / 7",
            ["c"] = "uuid '6ba7b810-9dad-11d1-80b4-00c04fd430c8'",
            ["d"] = "timestamptz '2026-01-02 03:04:05.6+02' + i * interval 1 day",
            ["m"] = "(if(i % 2 = 0, 'ok', 'Ærø'))::mood",
            ["h"] = "i::hugeint * 1e30::hugeint",
            ["uh"] = "i::uhugeint",
            ["f"] = "(i / 3)::float",
            ["db"] = "i / 7.0::double",
            ["nan"] = "if(i = 3, 'nan'::double, if(i = 4, '-infinity'::double, 0.1))",
            ["dt"] = "date '0044-03-15' + i::int",
            ["t"] = "time '01:02:03.004'",
            ["ns"] = "timestamp_ns '2026-01-02 03:04:05.123456789'",
            ["iv"] = "interval (i || ' months 3 days 4 seconds')",
            ["bl"] = @"'\x00\xFFa'::blob",
            ["bi"] = "'0101'::bit",
            ["li"] = "[i, null]",
            ["st"] = """{'x': i, 'y': 'a"b'}""",
            ["mp"] = "map {'k': i}",
            ["js"] = """'{"j":[1, 2.50]}'::json""",
            ["tx"] = "if(i = 5, null, 'te''xt ' || chr(10) || '日本')",
            ["bo"] = "i % 2 = 0",
            ["ut"] = "i::utinyint",
            ["ub"] = "i::ubigint",
            ["ts"] = "timestamp_s '2026-01-02 03:04:05'",
            ["inf"] = "'infinity'::timestamptz",
        });
}
