using ReverseEtl.Conformance.Planner;

namespace ReverseEtl.IntegrationTests.Planner;

/// <summary>A table with a column of every type that Snowflake has and the emulator knows.</summary>
internal static class SnowflakeTypedTable
{
    public static TypedTable Table { get; } = new(
        null,
        ["a", "b", "c", "d", "e"],
        new Dictionary<string, string>
        {
            ["a"] = "i",
            ["b"] = "(i / 7)::number(20, 3)",
            ["c"] = "i::number(38, 0)",
            ["d"] = "dateadd(day, i, '2026-01-02'::date)::date",
            ["e"] = "dateadd(day, i, '2026-01-02 03:04:05.6 +02:00'::timestamp_tz)",
            ["n"] = "(i * 12345678901234567)::number(38, 0)",
            ["fr"] = "(i * 0.01 - 0.05)::number(2, 2)",
            ["ne"] = "(5 - i)::number(10, 2)",
            ["de"] = "(i / 3)::number(38, 20)",
            ["f"] = "(i / 7)::float",
            ["nan"] = "case i when 3 then 'nan'::float when 4 then '-inf'::float else 0.1::float end",
            ["dt"] = "'0042-02-28'::date",
            ["t"] = "'10:20:30.1002'::time",
            ["ts"] = "'2026-01-02 03:04:05.123456'::timestamp_ntz",
            ["ns"] = "'2026-01-02 03:04:05.123456789'::timestamp_ntz(9)",
            ["tl"] = "'2026-01-02 03:04:05'::timestamp_ltz",
            ["bl"] = "to_binary('00ff61', 'hex')",
            ["li"] = "array_construct(i, 2)",
            ["js"] = """parse_json('{"j":[1,2.5,null,"æ"]}')""",
            ["vr"] = "i::variant",
            ["tx"] = "case when i <> 5 then 'te''xt ' || chr(10) || '日本' end",
            ["bo"] = "i % 2 = 0",
        });
}
