using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Tests.Http;

/// <summary>Batches for tests.</summary>
internal static class Batches
{
    /// <summary>Rows with a text key <c>id</c> and a field <c>name</c>.</summary>
    public static ChangeBatch Upsert(string id, params string[] keys) => Of(id, Operation.Upsert, keys);

    public static ChangeBatch Of(string id, Operation operation, params string[] keys) =>
        Build(id, operation, [Texts("id", keys)], [Texts("name", [.. keys.Select(key => $"name of {key}")])]);

    public static ChangeBatch Build(string id, Operation operation, FieldColumn[] key, FieldColumn[] fields)
    {
        var count = key[0].Count;
        var kinds = new ChangeKind[count];
        Array.Fill(kinds, ChangeKind.Add);
        return new ChangeBatch(id, operation, [.. Enumerable.Range(1, count).Select(seq => (long)seq)], kinds, key, fields, []);
    }

    /// <summary><c>k0</c>, <c>k1</c> and so on.</summary>
    public static string[] Keys(int count) =>
        [.. Enumerable.Range(0, count).Select(number => "k" + number.ToString(CultureInfo.InvariantCulture))];

    public static FieldColumn Texts(string name, params string?[] values) => Column(name, FieldType.Text, values);

    /// <summary>A column of a type that travels as text.</summary>
    public static FieldColumn Column(string name, FieldType type, params string?[] values)
    {
        using var builder = new FieldColumnBuilder(name, type);
        foreach (var value in values)
            builder.AppendText(value);
        return builder.Build();
    }

    public static FieldColumn Integers(string name, params long[] values) => Fixed(name, FieldType.Integer, values);

    public static FieldColumn Floats(string name, params double[] values) =>
        Fixed(name, FieldType.Float, Array.ConvertAll(values, BitConverter.DoubleToInt64Bits));

    public static FieldColumn Booleans(string name, params bool[] values) =>
        Fixed(name, FieldType.Boolean, Array.ConvertAll(values, value => value ? 1L : 0L));

    public static RowOutcome[] Outcomes(this DeliveryReport report) => [.. Enumerable.Range(0, report.Count).Select(row => report[row])];

    private static FieldColumn Fixed(string name, FieldType type, long[] values)
    {
        using var builder = new FieldColumnBuilder(name, type);
        foreach (var value in values)
            builder.AppendFixed(value);
        return builder.Build();
    }
}
