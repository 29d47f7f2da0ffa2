using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Http.Vendors;

/// <summary>Fields that the vendor's users named themselves, where they stand in an object of their own within the record.</summary>
public static class OwnFields
{
    /// <summary>Writes a record's fields: first those that are known, then the others within their object, which is left out where there are none.</summary>
    /// <param name="writer">Stands within the record.</param>
    /// <param name="fields">What to write.</param>
    /// <param name="known">The vendor's own fields.</param>
    /// <param name="others">What the object with the others is called.</param>
    /// <param name="write">Writes a field, with its name.</param>
    public static void Write(Utf8JsonWriter writer, IEnumerable<FieldColumn> fields, IReadOnlyList<FieldSpec> known, string others, Action<Utf8JsonWriter, FieldColumn> write)
    {
        var parts = fields.ToLookup(column => known.Any(field => field.Name == column.Name));
        foreach (var column in parts[true])
            write(writer, column);
        if (!parts[false].Any())
            return;
        writer.WriteStartObject(others);
        foreach (var column in parts[false])
            write(writer, column);
        writer.WriteEndObject();
    }
}
