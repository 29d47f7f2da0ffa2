using System.Text.Json;

namespace ReverseEtl.Snowflake.Emulator.Http;

/// <summary>What the SQL API answers with.</summary>
internal static class StatementJson
{
    public static object Running(Statement statement) => Status(statement, "333334", "00000",
        "Asynchronous execution in progress. Use provided query id to perform query monitoring and management.");

    public static object Failed(Statement statement) => Status(statement, statement.Error!.Code, statement.Error.SqlState, statement.Error.Message);

    public static object Cancelled(Statement statement, bool isEffective) => isEffective
        ? Status(statement, "000604", "57014", "SQL execution canceled")
        : Status(statement, "000605", "P0000", "Identified SQL statement is not currently executing.");

    public static object Refused(string code, string message) => new { code, message };

    /// <summary>A result with the rows of its first partition, which are copied into it.</summary>
    public static void WriteResult(Utf8JsonWriter json, Statement statement)
    {
        var result = statement.Result!;
        json.WriteStartObject();
        json.WritePropertyName("resultSetMetaData");
        JsonSerializer.Serialize(json, new
        {
            numRows = result.Partitions.Sum(partition => partition.Rows),
            format = "jsonv2",
            partitionInfo = result.Partitions.Select((partition, i) => i == 0
                ? (object)new { rowCount = partition.Rows, uncompressedSize = partition.Bytes }
                : new { rowCount = partition.Rows, uncompressedSize = partition.Bytes, compressedSize = partition.Zipped }),
            rowType = result.Columns.Select(column => new
            {
                name = column.Name, database = "", schema = "", table = "", nullable = true, type = column.Type, scale = column.Scale, precision = column.Precision,
                length = column.Type == "text" ? 16777216 : (int?)null, byteLength = (int?)null, collation = (string?)null,
            }),
        });
        json.WritePropertyName("data");
        using (var rows = new MemoryStream())
        {
            using (var first = result.Open(0))
                first.CopyTo(rows);
            json.WriteRawValue(rows.ToArray(), skipInputValidation: true);
        }

        json.WriteString("code", "090001");
        json.WriteString("sqlState", "00000");
        json.WriteString("statementHandle", statement.Handle);
        json.WriteString("statementStatusUrl", Url(statement));
        json.WriteString("message", "Statement executed successfully.");
        json.WriteNumber("createdOn", statement.CreatedOn.ToUnixTimeMilliseconds());
        if (statement.Parts is { } parts)
        {
            json.WritePropertyName("statementHandles");
            JsonSerializer.Serialize(json, parts.Select(part => part.Handle));
        }

        if (result.Changed is { } changed)
        {
            json.WritePropertyName("stats");
            JsonSerializer.Serialize(json, new { numRowsInserted = changed.Inserted, numRowsUpdated = changed.Updated, numRowsDeleted = changed.Deleted, numDuplicateRowsUpdated = 0 });
        }

        json.WriteEndObject();
    }

    private static object Status(Statement statement, string code, string sqlState, string message) => new
    {
        code,
        sqlState,
        message,
        statementHandle = statement.Handle,
        createdOn = statement.CreatedOn.ToUnixTimeMilliseconds(),
        statementStatusUrl = Url(statement),
    };

    private static string Url(Statement statement) => $"/api/v2/statements/{statement.Handle}";
}
