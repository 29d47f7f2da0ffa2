namespace ReverseEtl.Connectors.Files;

/// <summary>Writes rows in a format.</summary>
internal static class RowFile
{
    /// <summary>The format that a file was begun in.</summary>
    public static FileFormat FormatOf(string file) => Path.GetExtension(file) switch
    {
        ".csv" => FileFormat.Csv,
        ".parquet" => FileFormat.Parquet,
        _ => FileFormat.Jsonl,
    };

    public static void Write(Stage stage, RowSource rows, FileFormat format, string path, CancellationToken cancellationToken)
    {
        if (format is FileFormat.Csv)
            CsvFile.Write(stage, rows, path, cancellationToken);
        else if (format is FileFormat.Parquet)
            ParquetFile.Write(stage, rows, path, cancellationToken);
        else
            JsonLinesFile.Write(stage, rows, path, cancellationToken);
    }

    /// <summary>A path as an SQL string.</summary>
    public static string Literal(string path) => $"'{path.Replace("'", "''", StringComparison.Ordinal)}'";
}
