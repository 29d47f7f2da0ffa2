using ReverseEtl.Core.Mapping;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>Identifiers as they are sent (<see cref="SentForm"/>), made inside DuckDB where they are compared and kept.</summary>
internal static class SentValues
{
    private const string Prefix = "cdp_sent_";

    /// <summary>The SQL of an identifier as it is sent.</summary>
    /// <param name="query">The sync's query.</param>
    /// <param name="identifier">One of its identifiers.</param>
    /// <param name="canonical">The SQL of a column's canonical value, by the column's index.</param>
    public static string Of(SyncQuery query, MappedIdentifier identifier, Func<int, string> canonical)
    {
        var value = canonical(identifier.Column);
        if (identifier.Form is not { } form)
            return value;
        var country = form.CountryColumn is { } column ? $", {canonical(column)}" : "";
        return $"{Name(query, identifier)}({value}{country})";
    }

    /// <summary>Makes a sync's functions known to a session.</summary>
    public static void Register(DuckDBConnection connection, SyncQuery query)
    {
        foreach (var identifier in query.Mapper.Identifiers)
        {
            if (identifier.Form is not { } form)
                continue;
            connection.RegisterOnce(new DuckDBScalarFunction
            {
                Name = Name(query, identifier),
                VarArgs = DuckDBLogicalType.Any,
                ReturnType = DuckDBLogicalType.Varchar,
                Callback = (input, output) => Write(query, identifier.Column, form, input, output),
                SeesNulls = true,
            });
        }
    }

    // Two fields may be made of one column by different rules.
    private static string Name(SyncQuery query, MappedIdentifier identifier) => $"{Prefix}{query.Mapper.Identifiers.ToList().IndexOf(identifier)}";

    private static void Write(SyncQuery query, int column, SentForm form, DataChunk input, VectorWriter output)
    {
        using var values = ChunkCopy.Column(query.Columns[column], input[0], input.RowCount);
        using var countries = form.CountryColumn is { } country ? ChunkCopy.Column(query.Columns[country], input[1], input.RowCount) : null;
        using var shaped = form.Shape(values, countries);
        for (var row = 0; row < input.RowCount; row++)
        {
            if (shaped.IsNull(row))
                output.SetNull(row);
            else
                output.AssignString(row, shaped.Utf8(row));
        }
    }
}
