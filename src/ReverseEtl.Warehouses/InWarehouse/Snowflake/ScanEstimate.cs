using System.Globalization;
using System.Text.Json;
using ReverseEtl.Warehouses.Snowflake;

namespace ReverseEtl.Warehouses.InWarehouse.Snowflake;

/// <summary>What a query would scan, by Snowflake's estimate; to ask costs no credits.</summary>
/// <param name="Bytes">Bytes.</param>
/// <param name="Partitions">Micro-partitions.</param>
/// <param name="OfPartitions">How many its tables have.</param>
internal sealed record ScanEstimate(double Bytes, long Partitions, long OfPartitions)
{
    /// <summary>12 of 340 micro-partitions</summary>
    public string Words => string.Create(CultureInfo.InvariantCulture, $"about {Partitions:N0} of {OfPartitions:N0} micro-partitions");

    /// <exception cref="SnowflakeException">The query is wrong.</exception>
    public static async Task<ScanEstimate> ReadAsync(SnowflakeConnection connection, string sql, CancellationToken cancellationToken)
    {
        var text = (string)(await new SnowflakeCommand($"explain using json {sql}", connection).ExecuteScalarAsync(cancellationToken))!;
        using var plan = JsonDocument.Parse(text);
        var stats = plan.RootElement.GetProperty("GlobalStats");
        return new ScanEstimate(stats.GetProperty("bytesAssigned").GetDouble(), stats.GetProperty("partitionsAssigned").GetInt64(), stats.GetProperty("partitionsTotal").GetInt64());
    }
}
