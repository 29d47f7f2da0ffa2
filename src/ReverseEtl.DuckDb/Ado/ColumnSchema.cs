using System.Collections.ObjectModel;
using System.Data;
using System.Data.Common;

namespace ReverseEtl.DuckDb;

/// <summary>The columns of a result as ADO.NET describes them.</summary>
internal static class ColumnSchema
{
    internal static ReadOnlyCollection<DbColumn> Describe(IReadOnlyList<DuckDBColumn> columns, Type[] types) =>
        new([.. columns.Select((column, i) => new Column(column, types[i], i))]);

    internal static DataTable ToTable(IReadOnlyList<DbColumn> columns)
    {
        var table = new DataTable("SchemaTable");
        table.Columns.Add(SchemaTableColumn.ColumnName, typeof(string));
        table.Columns.Add(SchemaTableColumn.ColumnOrdinal, typeof(int));
        table.Columns.Add(SchemaTableColumn.ColumnSize, typeof(int));
        table.Columns.Add(SchemaTableColumn.NumericPrecision, typeof(short));
        table.Columns.Add(SchemaTableColumn.NumericScale, typeof(short));
        table.Columns.Add(SchemaTableColumn.DataType, typeof(Type));
        table.Columns.Add(SchemaTableColumn.AllowDBNull, typeof(bool));
        table.Columns.Add("DataTypeName", typeof(string));
        foreach (var column in columns)
            table.Rows.Add(column.ColumnName, column.ColumnOrdinal, -1, (object?)column.NumericPrecision ?? DBNull.Value,
                (object?)column.NumericScale ?? DBNull.Value, column.DataType, true, column.DataTypeName);
        return table;
    }

    private sealed class Column : DbColumn
    {
        internal Column(DuckDBColumn column, Type type, int ordinal)
        {
            ColumnName = column.Name;
            ColumnOrdinal = ordinal;
            DataType = type;
            DataTypeName = column.Type.ToString();
            AllowDBNull = true;
            if (column.Type.Id == DuckDBType.Decimal)
            {
                NumericPrecision = column.Type.Width;
                NumericScale = column.Type.Scale;
            }
        }
    }
}
