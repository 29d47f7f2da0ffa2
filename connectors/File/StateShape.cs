using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Connectors.Files;

/// <summary>Follows a mapping that gained, lost, reordered or retyped fields. Rows always stay.</summary>
internal static class StateShape
{
    private const string Reshaped = "reshaped";

    /// <summary>Gives the state the wanted fields; a field keeps rows that its new type cannot hold by becoming text.</summary>
    public static StagedTable Change(Stage stage, StagedTable state, IReadOnlyList<StagedField> wanted)
    {
        if (state.Fields.SequenceEqual(wanted))
            return state;

        var fields = wanted.Select(field => Possible(stage, state, field)).ToList();
        if (!fields.Select(Layout).SequenceEqual(state.Fields.Select(Layout)))
        {
            var columns = fields.Select((field, index) => $"{Value(state, field)} AS {StagedTable.Column(index)}");
            stage.Execute($"""
                CREATE TABLE {Reshaped} AS SELECT {string.Join(", ", columns.Prepend("ord").Prepend("key"))} FROM {state.Name};
                DROP TABLE {state.Name};
                ALTER TABLE {Reshaped} RENAME TO {state.Name};
                """);
        }

        return StagedTable.Describe(stage, state.Name, fields);
    }

    private static (string Name, FieldType Type) Layout(StagedField field) => (field.Name, field.Type);

    private static StagedField Possible(Stage stage, StagedTable state, StagedField wanted)
    {
        var (old, column) = Find(state, wanted.Name);
        if (old is null || old.Type == wanted.Type)
            return wanted;
        var fits = stage.Scalar<bool>($"""
            SELECT coalesce(bool_and({TypeChange.Fits(old.Type, wanted.Type, column)}) FILTER (WHERE {column} IS NOT NULL), true) FROM {state.Name}
            """);
        return fits ? wanted : wanted with { Type = FieldType.Text };
    }

    private static string Value(StagedTable state, StagedField field)
    {
        var (old, column) = Find(state, field.Name);
        return old is null ? $"CAST(NULL AS {field.Storage})" : TypeChange.Convert(old.Type, field.Type, column);
    }

    private static (StagedField? Field, string Column) Find(StagedTable state, string name)
    {
        for (var i = 0; i < state.Fields.Count; i++)
        {
            if (state.Fields[i].Name == name)
                return (state.Fields[i], StagedTable.Column(i));
        }

        return (null, "");
    }
}
