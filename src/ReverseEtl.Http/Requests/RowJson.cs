using System.Text.Json;
using System.Text.Json.Serialization;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Requests;

/// <summary>
/// An object with fields of a row, within a body that is made of values (<see cref="ColumnarContent.Json(object)"/>). Its members are
/// written in the order in which they are added. Values keep their digits, as they go from the column to the body.
/// </summary>
/// <param name="row">The row.</param>
[JsonConverter(typeof(Converter))]
public sealed class RowJson(int row)
{
    private readonly List<(string Name, object Value)> _members = [];

    /// <summary>Some fields under their names without the beginning that they share; null where the row leaves out all of them.</summary>
    /// <param name="row">The row.</param>
    /// <param name="columns">The fields.</param>
    /// <param name="shared">How many characters they share: those of <c>location.</c>.</param>
    public static RowJson? Of(int row, IEnumerable<FieldColumn> columns, int shared = 0)
    {
        var json = new RowJson(row);
        foreach (var column in columns)
            json.Add(column, column.Name[shared..]);
        return json._members.Count == 0 ? null : json;
    }

    /// <summary>Adds fields under their names. What the row leaves out is left out; NULL is null.</summary>
    public RowJson With(params IEnumerable<FieldColumn> columns)
    {
        foreach (var column in columns)
            Add(column, column.Name);
        return this;
    }

    /// <summary>Adds a value that is no field of the row, unless it is null.</summary>
    public RowJson With(string name, object? value)
    {
        if (value is not null)
            _members.Add((name, value));
        return this;
    }

    private void Add(FieldColumn column, string name)
    {
        if (!column.IsLeftOut(row))
            _members.Add((name, column));
    }

    private void Write(Utf8JsonWriter writer, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in _members)
        {
            writer.WritePropertyName(name);
            if (value is FieldColumn column)
                column.WriteValue(writer, row);
            else
                JsonSerializer.Serialize(writer, value, value.GetType(), options);
        }

        writer.WriteEndObject();
    }

    private sealed class Converter : JsonConverter<RowJson>
    {
        public override RowJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, RowJson value, JsonSerializerOptions options) => value.Write(writer, options);
    }
}
