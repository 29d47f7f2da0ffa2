using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Tests.Files;

/// <summary>Batches as the planner would build them.</summary>
internal static class Batches
{
    public static FieldColumn Text(string name, params string?[] values) => Column(name, FieldType.Text, false, values);

    public static FieldColumn Integer(string name, params long?[] values) => Column(name, FieldType.Integer, false, [.. values.Cast<object?>()]);

    public static FieldColumn Skipping(string name, params string?[] values) => Column(name, FieldType.Text, true, values);

    public static FieldColumn Typed(string name, FieldType type, params object?[] values) => Column(name, type, false, values);

    public static ChangeBatch Upsert(string id, string[] keys, params FieldColumn[] fields) => Of(id, Operation.Upsert, ChangeKind.Add, Text("key", keys), fields);

    public static ChangeBatch Append(string id, string[] keys, params FieldColumn[] fields) => Of(id, Operation.Append, ChangeKind.Add, Text("key", keys), fields);

    public static ChangeBatch Remove(string id, params string[] keys) => Of(id, Operation.Remove, ChangeKind.Remove, Text("key", keys), []);

    public static ChangeBatch Of(string id, Operation operation, ChangeKind kind, FieldColumn key, params FieldColumn[] fields) => new(
        id,
        operation,
        [.. Enumerable.Range(0, key.Count).Select(row => (long)row)],
        [.. Enumerable.Repeat(kind, key.Count)],
        [key],
        fields,
        []);

    private static FieldColumn Column(string name, FieldType type, bool skip, object?[] values)
    {
        using var builder = new FieldColumnBuilder(name, type);
        foreach (var value in values)
        {
            switch (value)
            {
                case null:
                    builder.AppendNull();
                    break;
                case string text:
                    builder.AppendText(text);
                    break;
                case bool truth:
                    builder.AppendFixed(truth ? 1 : 0);
                    break;
                case double number:
                    builder.AppendFixed(BitConverter.DoubleToInt64Bits(number));
                    break;
                default:
                    builder.AppendFixed(Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
                    break;
            }
        }

        return builder.Build(skip);
    }
}
