using System.Globalization;
using Npgsql;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>Finds out the columns of a query.</summary>
internal static class PostgresColumns
{
    /// <param name="connection">An open connection.</param>
    /// <param name="statement">A SELECT. It is run, so that missing permissions show; without a LIMIT 0 it reads what it reads.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<IReadOnlyList<ColumnInfo>> ReadAsync(NpgsqlConnection connection, string statement, CancellationToken cancellationToken)
    {
        var columns = new List<(string Name, uint Type, string Facets)>();
        await using (var command = new NpgsqlCommand(statement, connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            for (var i = 0; i < reader.FieldCount; i++)
                columns.Add((reader.GetName(i), reader.GetDataTypeOID(i), reader.GetDataTypeName(i)));
        }

        var types = await TypesAsync(connection, columns.Select(column => column.Type), cancellationToken);
        return
        [
            .. from column in columns
               let type = types[column.Type]
               select new ColumnInfo(column.Name, type.Name == "numeric" ? column.Facets : type.Name, PostgresTypes.FieldTypeOf(type.Name, type.IsNested)),
        ];
    }

    // Of the catalog and not of the driver, which knows neither the rows of tables nor types that were made since it connected.
    private static async Task<Dictionary<uint, (string Name, bool IsNested)>> TypesAsync(NpgsqlConnection connection, IEnumerable<uint> types, CancellationToken cancellationToken)
    {
        var list = string.Join(", ", types.Distinct().Select(type => type.ToString(CultureInfo.InvariantCulture)).DefaultIfEmpty("0"));
        await using var command = new NpgsqlCommand(
            $"select oid, format_type(oid, null), typcategory = 'A' or typtype = 'c' or oid = 'record'::regtype from pg_type where oid in ({list})", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<uint, (string, bool)>();
        while (await reader.ReadAsync(cancellationToken))
            found.Add(reader.GetFieldValue<uint>(0), (reader.GetString(1), reader.GetBoolean(2)));
        return found;
    }
}
