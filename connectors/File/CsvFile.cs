namespace ReverseEtl.Connectors.Files;

/// <summary>RFC 4180 by DuckDB's own writer. NULL is nothing at all and empty text is <c>""</c>, so that they differ.</summary>
internal static class CsvFile
{
    public static void Write(Stage stage, RowSource rows, string path, CancellationToken cancellationToken)
    {
        var query = rows.Query(column => TypeChange.Text(column.Field.Type, column.Value), named: true);
        stage.Execute($"""
            COPY ({query}) TO {RowFile.Literal(path)}
            (FORMAT csv, HEADER true, DELIMITER ',', QUOTE '"', ESCAPE '"', NULLSTR '', COMPRESSION none, USE_TMP_FILE false)
            """, cancellationToken);
    }
}
