using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Conformance.Destination;

/// <summary>Batches of the suite: rows by key, with a text each.</summary>
internal static class SuiteBatch
{
    public static string[] Keys(int count) => [.. Enumerable.Range(0, count).Select(number => $"k{number}")];

    public static FieldColumn Text(string name, IEnumerable<string?> values, bool omitNull = false)
    {
        using var builder = new FieldColumnBuilder(name, FieldType.Text);
        foreach (var value in values)
            builder.AppendText(value);
        return builder.Build(omitNull);
    }

    public static ChangeBatch Of(string id, Operation operation, FieldColumn key, FieldColumn[] fields, FieldColumn[] identifiers)
    {
        var kinds = new ChangeKind[key.Count];
        Array.Fill(kinds, operation is Operation.Remove ? ChangeKind.Remove : ChangeKind.Add);
        return new ChangeBatch(id, operation, [.. Enumerable.Range(0, key.Count).Select(row => (long)row)], kinds, [key], fields, identifiers);
    }
}
