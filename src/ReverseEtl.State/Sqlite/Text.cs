using System.Globalization;

namespace ReverseEtl.State.Sqlite;

/// <summary>How instants and enum members stand in the file: as text that a person can read and SQL can compare.</summary>
internal static class Text
{
    private const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <summary>An instant in UTC, of fixed width so that text order is time order; cut to the microsecond.</summary>
    public static string Of(DateTimeOffset instant) => instant.UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture);

    public static string Of<T>(T value) where T : struct, Enum => value.ToString();

    public static DateTimeOffset ToInstant(string text) =>
        DateTimeOffset.ParseExact(text, InstantFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public static T To<T>(string text) where T : struct, Enum => Enum.Parse<T>(text);
}
