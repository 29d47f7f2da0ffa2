using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReverseEtl.Snowflake.Emulator;

/// <summary>What a submission has in its body; anything else is refused.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record StatementBody
{
    public required string Statement { get; init; }

    public long? Timeout { get; init; }

    public string? Database { get; init; }

    public string? Schema { get; init; }

    public string? Warehouse { get; init; }

    public string? Role { get; init; }

    public Dictionary<string, WireBinding> Bindings { get; init; } = [];

    public Dictionary<string, JsonElement> Parameters { get; init; } = [];

    public string? QueryTag => Parameter("query_tag") is { } tag ? tag.GetString() : null;

    /// <summary>How many statements there are said to be; 0 for any number.</summary>
    public int StatementCount => Parameter("multi_statement_count") is { } count ? count.GetInt32() : 1;

    private JsonElement? Parameter(string name) => Parameters.TryGetValue(name, out var value) ? value : null;
}

/// <summary>A value for a <c>?</c>.</summary>
internal sealed record WireBinding(string Type, string? Value);
