using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text;
using FsCheck.Fluent;
using FsCheck;
using ReverseEtl.Core.State;
using Xunit;

namespace ReverseEtl.Conformance.Planner;

/// <summary>
/// The promise of the product, on random tables and random edits: after every run the destination holds the model's rows, byte for
/// byte. What is expected is written down here from the values themselves, not by the code under test.
/// </summary>
public abstract class ConvergenceConformance<THarness> : PlannerSuite<THarness>
    where THarness : IPlannerHarness, new()
{
    private const string Map = "text: t\namount: amount\nwhole: n\nratio: ratio\nflag: flag\nseen: seen\nday: day\nraw: raw";

    private static readonly (string, SuiteType)[] Columns =
    [
        ("t_key", SuiteType.Text), ("part", SuiteType.Integer), ("t", SuiteType.Text), ("amount", SuiteType.Decimal), ("n", SuiteType.BigInt),
        ("ratio", SuiteType.Double), ("flag", SuiteType.Boolean), ("seen", SuiteType.TimestampTz), ("day", SuiteType.Date), ("raw", SuiteType.Bytes),
    ];

    /// <summary>One row; null is NULL.</summary>
    private sealed record Row(string Key, int Part, string? Text, decimal? Amount, long? Whole, double? Ratio, bool? Flag, DateTimeOffset? Seen, DateOnly? Day, byte[]? Raw);

    private static readonly string[] Nasty =
    [
        "", " ", "a", "'", "''", "\"", "\\", "\\n", "\n", "\t", "\u0001", "\u007f", "null", "NULL", "0", "1.50", "true", "{}", "[1,2]",
        "jørgen@example.com", "Ærø", "Ελλάδα", "日本語", "مرحبا", "👩‍👩‍👧", "é", "e\u0301", "<script>&amp;", "%s", "$1", "{{name}}", "a,b;c", "-- x", "/* x */",
        new string('x', 12), new string('x', 13), new string('y', 300),
    ];

    private static Gen<T?> OrNull<T>(Gen<T> gen)
        where T : struct => Gen.Frequency((1, Gen.Constant<T?>(null)), (5, gen.Select(value => (T?)value)));

    private static readonly Gen<string> Texts = Gen.Frequency(
        (3, Gen.Elements(Nasty)),
        (1, ArbMap.Default.GeneratorFor<string>().Where(text => text is not null && text.EnumerateRunes().All(rune => rune != Rune.ReplacementChar) && !text.Contains('\0', StringComparison.Ordinal))));

    private static readonly Gen<Row> Rows =
        from key in Texts
        from part in Gen.Choose(0, 1)
        from text in Gen.Frequency((1, Gen.Constant<string?>(null)), (6, Texts.Select(value => (string?)value)))
        from amount in OrNull(Gen.Choose(-2_000_000, 2_000_000).Select(value => value / 10_000m))
        from whole in OrNull(Gen.Elements(0L, 1, -1, long.MaxValue, long.MinValue, 9007199254740993))
        from ratio in OrNull(Gen.Elements(0.0, -0.0, 0.1, 1.0 / 3, 1e300, 5e-324, -1.5, double.NaN, double.PositiveInfinity, double.NegativeInfinity))
        from flag in OrNull(Gen.Elements(true, false))
        from seen in OrNull(Gen.Choose(0, 2_000_000_000).Select(seconds => DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(seconds % 1000 * 10)))
        from day in OrNull(Gen.Choose(1, 700_000).Select(DateOnly.FromDayNumber))
        from raw in Gen.Elements<byte[]?>(null, [], [0], [0xff, 0xfe], "text"u8.ToArray())
        select new Row(key, part, text, amount, whole, ratio, flag, seen, day, raw);

    /// <summary>Some states of a table: a random one, then random edits of the state before. Keys of the same name meet often, so rows change.</summary>
    private static readonly Gen<Row[][]> Histories =
        from pool in Gen.ListOf(Rows, 25)
        from steps in Gen.ArrayOf(Gen.ListOf(Gen.Choose(0, 99), pool.Count), 4)
        select steps.Select(step => State([.. pool], [.. step])).ToArray();

    [Theory]
    [InlineData("mirror", "t_key", false, "all")]
    [InlineData("mirror", "[t_key, part]", true, "changed")]
    [InlineData("upsert", "t_key", false, "changed")]
    [InlineData("upsert", "[part, t_key]", true, "all")]
    public void W3_W20_After_every_run_the_destination_holds_the_models_rows(string mode, string key, bool composite, string fields)
    {
        var property = Prop.ForAll(Histories.ToArbitrary(), history => Converges(mode, key, composite, fields, history).GetAwaiter().GetResult());
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5), property);
    }

    private static async Task<bool> Converges(string mode, string key, bool composite, string fields, Row[][] history)
    {
        using var bench = Bench(mode, key, Map);
        bench.Map(mode, Map, $"fields: {fields}");
        bench.Destination.PartialUpdates = fields == "changed";
        bench.Create(Columns);
        var expected = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var state in history)
        {
            var rows = state.DistinctBy(row => composite ? (row.Key, row.Part) : (row.Key, 0)).ToList();
            bench.Harness.Fill("rows", [.. rows.Select(row => (object?[])[row.Key, row.Part, row.Text, row.Amount, row.Whole, row.Ratio, row.Flag, row.Seen, row.Day, row.Raw])]);
            if (mode == "mirror")
                expected.Clear();
            foreach (var row in rows)
                expected[KeyOf(row, key, composite)] = JsonOf(row);

            var run = await bench.RunAsync();
            Assert.True(run.Status is RunStatus.Succeeded or RunStatus.Unchanged, $"{run.Status}");
            Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), bench.Destination.Rows.Keys.Order(StringComparer.Ordinal));
            foreach (var (rowKey, json) in expected)
                Assert.Equal(json, bench.Destination.Rows[rowKey]);
            var again = bench.Destination.Batches.Count;
            Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
            Assert.Equal(again, bench.Destination.Batches.Count);
        }

        return true;
    }

    // Each number decides of one row of the pool: gone, as it is, or with the values of another one.
    private static Row[] State(Row[] pool, int[] numbers) =>
    [
        .. pool.Zip(numbers)
            .Where(pair => pair.Second >= 30)
            .Select(pair => pair.Second < 60 ? pair.First : pool[pair.Second % pool.Length] with { Key = pair.First.Key, Part = pair.First.Part }),
    ];

    private static string KeyOf(Row row, string key, bool composite)
    {
        if (!composite)
            return row.Key;
        return key.StartsWith("[part", StringComparison.Ordinal) ? $"[{row.Part},{Quote(row.Key)}]" : $"[{Quote(row.Key)},{row.Part}]";
    }

    private static string JsonOf(Row row)
    {
        var fields = new[]
        {
            ("text", row.Text is null ? "null" : Quote(row.Text)),
            ("amount", row.Amount?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "null"),
            ("whole", row.Whole?.ToString(CultureInfo.InvariantCulture) ?? "null"),
            ("ratio", RatioOf(row.Ratio)),
            ("flag", row.Flag switch { true => "true", false => "false", null => "null" }),
            ("seen", row.Seen is { } seen ? $"\"{seen.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture)}Z\"" : "null"),
            ("day", row.Day is { } day ? $"\"{day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}\"" : "null"),
            ("raw", row.Raw is null ? "null" : $"\"{Convert.ToBase64String(row.Raw)}\""),
        };
        return $"{{{string.Join(",", fields.Select(field => $"\"{field.Item1}\":{field.Item2}"))}}}";
    }

    private static string RatioOf(double? ratio) => ratio switch
    {
        null => "null",
        double.NaN => "\"NaN\"",
        double.PositiveInfinity => "\"Infinity\"",
        double.NegativeInfinity => "\"-Infinity\"",
        0 => "0",
        { } value => JsonSerializer.Serialize(value),
    };

    private static string Quote(string text) => JsonSerializer.Serialize(text, Relaxed);

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
