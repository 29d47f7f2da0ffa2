using System.Text.Json.Serialization;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>A statement, or several between semicolons, and what it runs with. What is null is the user's default.</summary>
internal sealed record StatementRequest
{
    public required string Statement { get; init; }

    /// <summary>Seconds until Snowflake cancels it; 0 is the longest that Snowflake allows.</summary>
    public long? Timeout { get; init; }

    public string? Database { get; init; }

    public string? Schema { get; init; }

    public string? Warehouse { get; init; }

    public string? Role { get; init; }

    /// <summary>Values for <c>?</c>, by place, counted from 1.</summary>
    public IReadOnlyDictionary<string, Binding>? Bindings { get; init; }

    public required SessionParameters Parameters { get; init; }
}

/// <summary>A value for a <c>?</c>.</summary>
/// <param name="Type">FIXED, REAL, TEXT, BINARY, BOOLEAN, DATE, TIME or a TIMESTAMP.</param>
/// <param name="Value">Its text as that type has it; null is NULL.</param>
internal sealed record Binding(string Type, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Value);

/// <summary>Settings of the session that a request is.</summary>
internal sealed record SessionParameters
{
    /// <summary>Instants without a zone of their own are in UTC, whatever the account's setting.</summary>
    public string Timezone { get; } = "UTC";

    /// <summary>Bytes are in hexadecimal, whatever the account's setting.</summary>
    [JsonPropertyName("binary_output_format")]
    public string BinaryOutputFormat { get; } = "HEX";

    [JsonPropertyName("query_tag")]
    public string? QueryTag { get; init; }

    [JsonPropertyName("multi_statement_count")]
    public int? MultiStatementCount { get; init; }
}
