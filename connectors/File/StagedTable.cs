using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Connectors.Files;

/// <summary>
/// Rows of a batch's shape: <c>key</c> as text, <c>ord</c> (later rows have higher ones), and a column <c>c0, c1, ...</c> per field, whose names
/// and types stand in the table <c>field</c>.
/// </summary>
internal sealed class StagedTable
{
    private readonly Stage _stage;

    private StagedTable(Stage stage, string name, IReadOnlyList<StagedField> fields) => (_stage, Name, Fields) = (stage, name, fields);

    public string Name { get; }

    public IReadOnlyList<StagedField> Fields { get; }

    /// <summary>The columns of the fields, in order.</summary>
    public IEnumerable<string> Columns => Fields.Select((_, index) => Column(index));

    public static string Column(int index) => $"c{index}";

    /// <summary>The table, or null where there is none.</summary>
    public static StagedTable? Find(Stage stage, string name)
    {
        var fields = stage.Query(
            "SELECT name, type, skip FROM field WHERE tbl = ? ORDER BY position",
            row => new StagedField(row.GetString(0), Enum.Parse<FieldType>(row.GetString(1)), row.GetBoolean(2)),
            name);
        return fields.Count == 0 ? null : new StagedTable(stage, name, fields);
    }

    /// <summary>A new table, empty.</summary>
    public static StagedTable Create(Stage stage, string name, IReadOnlyList<StagedField> fields)
    {
        var columns = fields.Select((field, index) => $", {Column(index)} {field.Storage}");
        stage.Execute($"CREATE TABLE {name} (key VARCHAR, ord BIGINT{string.Concat(columns)})");
        return Describe(stage, name, fields);
    }

    /// <summary>Writes down what a table's columns are.</summary>
    public static StagedTable Describe(Stage stage, string name, IReadOnlyList<StagedField> fields)
    {
        stage.Execute("DELETE FROM field WHERE tbl = ?", name);
        for (var i = 0; i < fields.Count; i++)
            stage.Execute("INSERT INTO field VALUES (?, ?, ?, ?, ?)", name, i, fields[i].Name, fields[i].Type.ToString(), fields[i].Skip);
        return new StagedTable(stage, name, fields);
    }

    /// <summary>Appends a batch of the table's shape.</summary>
    public void Append(ChangeBatch batch)
    {
        var next = _stage.Scalar<long>($"SELECT coalesce(max(ord), 0) + 1 FROM {Name}");
        using var appender = _stage.Appender(Name);
        BatchWriter.Write(batch, next, appender);
    }

    public void Drop()
    {
        _stage.Execute($"DROP TABLE {Name}");
        _stage.Execute("DELETE FROM field WHERE tbl = ?", Name);
    }
}
