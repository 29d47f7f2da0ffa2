using Npgsql;

namespace ReverseEtl.State.Postgres;

/// <summary>Values as they went in.</summary>
internal static class PostgresReading
{
    public static string Text(this NpgsqlDataReader reader, int column) => PostgresText.Decode(reader.GetString(column));

    public static string? TextOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.Text(column);

    public static DateTimeOffset Instant(this NpgsqlDataReader reader, int column) => reader.GetFieldValue<DateTimeOffset>(column);

    public static DateTimeOffset? InstantOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.Instant(column);

    public static T Word<T>(this NpgsqlDataReader reader, int column) where T : struct, Enum => Enum.Parse<T>(reader.GetString(column));
}
