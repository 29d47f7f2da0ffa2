using ReverseEtl.Conformance.Planner;

namespace ReverseEtl.IntegrationTests.Planner;

/// <summary>A table with a column of every type that PostgreSQL has of its own, and of one that users make.</summary>
internal static class PostgresTypedTable
{
    public static TypedTable Table { get; } = new(
        "create type mood as enum ('ok', 'Ærø'); create type pair as (x integer, y text)",
        ["a", "b", "c", "d", "m"],
        new Dictionary<string, string>
        {
            ["a"] = "i",
            ["b"] = "(i / 7.0)::numeric(20, 3)",
            ["c"] = "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid",
            ["d"] = "timestamptz '2026-01-02 03:04:05.6+02' + i * interval '1 day'",
            ["m"] = "(case when i % 2 = 0 then 'ok' else 'Ærø' end)::mood",
            ["n"] = "case i when 3 then 'nan'::numeric else i * 1e30 end",
            ["mo"] = "(i + 0.5)::numeric::money",
            ["f"] = "(i / 3.0)::real",
            ["db"] = "i / 7.0::double precision",
            ["nan"] = "case i when 3 then 'nan'::double precision when 4 then '-infinity' else 0.1 end",
            ["si"] = "i::smallint",
            ["i4"] = "i::integer",
            ["dt"] = "case i when 3 then 'infinity'::date else date '0044-03-15 BC' + i::integer end",
            ["t"] = "time '01:02:03.004'",
            ["tz"] = "timetz '01:02:03.004+05:30'",
            ["ts"] = "case i when 3 then '-infinity'::timestamp else timestamp '2026-01-02 03:04:05.123456' end",
            ["iv"] = "make_interval(months => i::integer, days => 3, secs => -4.5)",
            ["bl"] = @"'\x00ff61'::bytea",
            ["bi"] = "b'0101'",
            ["li"] = "array[i, null]",
            ["st"] = "row(i::integer, 'a\"b')::pair",
            ["js"] = """'{"j":[1, 2.50]}'::json""",
            ["jb"] = """'{"j":[1, 2.50]}'::jsonb""",
            ["tx"] = "case when i <> 5 then 'te''xt ' || chr(10) || '日本' end",
            ["ch"] = "'ab '::char(5)",
            ["vc"] = "'ab '::varchar(5)",
            ["bo"] = "i % 2 = 0",
            ["ip"] = "'10.0.0.1/8'::inet",
            ["ra"] = "int4range(i::integer, i::integer + 5)",
            ["inf"] = "'infinity'::timestamptz",
        });
}
