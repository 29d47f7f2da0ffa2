using System.Text.Json;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Connectors.HttpApi;

/// <summary>The rows of a request, by the fields that a template may name.</summary>
internal sealed class RowFields(ChangeBatch batch, bool nullAsEmpty = false)
{
    public const string All = "*";
    public const string Key = "$key";

    public IReadOnlyList<FieldColumn> Columns { get; } = batch.Operation is Operation.Remove ? batch.Identifiers : batch.Fields;

    public int Count => batch.Count;

    public FieldColumn? Find(string field)
    {
        foreach (var column in Columns)
        {
            if (column.Name == field)
                return column;
        }

        return null;
    }

    public string? Text(string field, int row) => field == Key ? batch.KeyText(row) : Find(field)?.Text(row);

    public void WriteValue(Utf8JsonWriter writer, FieldColumn column, int row)
    {
        if (nullAsEmpty && column.IsNull(row))
            writer.WriteStringValue("");
        else
            column.WriteValue(writer, row);
    }

    public void WriteAll(Utf8JsonWriter writer, int row)
    {
        if (!nullAsEmpty)
        {
            ChangeBatch.WriteObject(writer, Columns, row);
            return;
        }

        writer.WriteStartObject();
        foreach (var column in Columns)
        {
            if (column.IsLeftOut(row))
                continue;
            writer.WritePropertyName(column.Name);
            WriteValue(writer, column, row);
        }

        writer.WriteEndObject();
    }
}

/// <summary>A part of a body.</summary>
internal abstract record JsonPart
{
    /// <summary>Writes the part for a row; outside of a list for the only one.</summary>
    public abstract void Write(Utf8JsonWriter writer, RowFields rows, int row);

    /// <summary>True where it is not there for this row.</summary>
    public virtual bool IsLeftOut(RowFields rows, int row) => false;
}

internal sealed record FixedPart(string Json) : JsonPart
{
    public override void Write(Utf8JsonWriter writer, RowFields rows, int row) => writer.WriteRawValue(Json, skipInputValidation: true);
}

internal sealed record ObjectPart(IReadOnlyList<(string Name, JsonPart Value)> Members) : JsonPart
{
    public override void Write(Utf8JsonWriter writer, RowFields rows, int row)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in Members)
        {
            if (value.IsLeftOut(rows, row))
                continue;
            writer.WritePropertyName(name);
            value.Write(writer, rows, row);
        }

        writer.WriteEndObject();
    }
}

internal sealed record ListPart(IReadOnlyList<JsonPart> Items) : JsonPart
{
    public override void Write(Utf8JsonWriter writer, RowFields rows, int row)
    {
        writer.WriteStartArray();
        foreach (var item in Items)
            item.Write(writer, rows, row);
        writer.WriteEndArray();
    }
}

internal sealed record EachPart(JsonPart Item) : JsonPart
{
    public override void Write(Utf8JsonWriter writer, RowFields rows, int row)
    {
        writer.WriteStartArray();
        for (var each = 0; each < rows.Count; each++)
            Item.Write(writer, rows, each);
        writer.WriteEndArray();
    }
}

internal sealed record AllPart : JsonPart
{
    public override void Write(Utf8JsonWriter writer, RowFields rows, int row) => rows.WriteAll(writer, row);
}

internal sealed record TextPart(TextTemplate Template) : JsonPart
{
    public override void Write(Utf8JsonWriter writer, RowFields rows, int row) => writer.WriteStringValue(Template.Render(field => rows.Text(field, row)));
}

internal sealed record ValuePart(string Field) : JsonPart
{
    public override void Write(Utf8JsonWriter writer, RowFields rows, int row)
    {
        if (rows.Find(Field) is { } column)
            rows.WriteValue(writer, column, row);
        else
            writer.WriteStringValue(rows.Text(Field, row));
    }

    public override bool IsLeftOut(RowFields rows, int row) => rows.Find(Field) is { } column && column.IsLeftOut(row);
}
