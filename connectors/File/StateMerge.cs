namespace ReverseEtl.Connectors.Files;

/// <summary>Brings waiting upserts into the state. The caller's transaction makes it all or nothing.</summary>
internal static class StateMerge
{
    /// <summary>The table of current rows.</summary>
    public const string State = "state";

    /// <summary>The table of waiting upserts, all of one shape.</summary>
    public const string Pending = "pending";

    private const string Incoming = "incoming";

    public static void Run(Stage stage)
    {
        if (StagedTable.Find(stage, Pending) is not { } pending)
            return;
        var state = StagedTable.Find(stage, State) ?? StagedTable.Create(stage, State, pending.Fields);
        var skips = pending.Fields.Any(field => field.Skip);
        // Old values are looked up before their rows are deleted.
        if (skips)
            stage.Execute($"CREATE TEMP TABLE {Incoming} AS {Latest(pending, state)}");

        stage.Execute($"DELETE FROM {State} WHERE key IN (SELECT key FROM {Pending})");
        state = StateShape.Change(stage, state, pending.Fields);
        var columns = pending.Fields.Select((field, index) =>
            TypeChange.Convert(field.Type, state.Fields[index].Type, StagedTable.Column(index)));
        var source = skips ? Incoming : $"({Latest(pending, state)})";
        stage.Execute($"INSERT INTO {State} SELECT {string.Join(", ", columns.Prepend("ord").Prepend("key"))} FROM {source}");

        if (skips)
            stage.Execute($"DROP TABLE {Incoming}");
        pending.Drop();
    }

    /// <summary>The last row of every key; under <c>null: skip</c> a NULL takes the last value that the field had.</summary>
    private static string Latest(StagedTable pending, StagedTable state)
    {
        var skipped = pending.Fields.Select((field, index) => (field, index)).Where(item => item.field.Skip).ToList();
        var columns = pending.Fields.Select((field, index) => field.Skip
            ? $"coalesce(p.c{index}, f.c{index}, {Old(field, state)}) AS c{index}"
            : $"p.c{index}");
        var last = skipped.Select(item => $", arg_max(c{item.index}, ord) AS c{item.index}");
        var joins = skipped.Count == 0 ? "" : $"""
             LEFT JOIN (SELECT key{string.Concat(last)} FROM {Pending} GROUP BY key) AS f ON f.key = p.key
             LEFT JOIN {State} AS o ON o.key = p.key
            """;
        return $"""
            SELECT {string.Join(", ", columns.Prepend("p.ord").Prepend("p.key"))} FROM {Pending} AS p{joins}
            WHERE p.ord IN (SELECT max(ord) FROM {Pending} GROUP BY key)
            """;
    }

    private static string Old(StagedField field, StagedTable state)
    {
        for (var i = 0; i < state.Fields.Count; i++)
        {
            if (state.Fields[i].Name == field.Name)
                return TypeChange.Convert(state.Fields[i].Type, field.Type, $"o.{StagedTable.Column(i)}");
        }

        return "NULL";
    }
}
