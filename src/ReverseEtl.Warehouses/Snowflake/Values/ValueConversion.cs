using System.Globalization;
using System.Numerics;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>A value as another of .NET's types, where that loses nothing.</summary>
internal static class ValueConversion
{
    /// <param name="value">What <see cref="ValueReader.Read"/> gave.</param>
    /// <param name="type">The type asked for; not nullable.</param>
    /// <exception cref="InvalidCastException">It is no such value, or would lose something.</exception>
    public static object To(object value, Type type) => (value, type) switch
    {
        _ when type.IsInstanceOfType(value) => value,
        (long or decimal or BigInteger, _) when type.IsPrimitive || type == typeof(decimal) || type == typeof(BigInteger) => Number(value, type),
        (double real, _) when type == typeof(float) => (float)real,
        (DateTimeOffset instant, _) when type == typeof(DateTime) => instant.UtcDateTime,
        (DateOnly date, _) when type == typeof(DateTime) => date.ToDateTime(TimeOnly.MinValue),
        (TimeOnly time, _) when type == typeof(TimeSpan) => time.ToTimeSpan(),
        (byte[] bytes, _) when type == typeof(Stream) => new MemoryStream(bytes, writable: false),
        (string text, _) when type == typeof(Guid) => Guid.Parse(text),
        (string text, _) when type == typeof(char) && text.Length == 1 => text[0],
        (string text, _) when type.IsEnum => Enum.Parse(type, text),
        _ => throw Cannot(value, type),
    };

    private static object Number(object value, Type type)
    {
        try
        {
            var number = value is BigInteger big ? big : value is long integer ? integer : new BigInteger((decimal)value);
            if (value is decimal exact && (decimal)number != exact && type != typeof(double) && type != typeof(float))
                throw Cannot(value, type);
            return type == typeof(BigInteger) ? number
                : type == typeof(bool) ? throw Cannot(value, type)
                : value is BigInteger ? Convert.ChangeType(Narrow(number), type, CultureInfo.InvariantCulture)
                : Convert.ChangeType(value, type, CultureInfo.InvariantCulture);
        }
        catch (OverflowException)
        {
            throw Cannot(value, type);
        }
    }

    // Throws where it is too large, as every number type but this one would be.
    private static object Narrow(BigInteger number) => (decimal)number;

    private static InvalidCastException Cannot(object value, Type type) =>
        new($"{Convert.ToString(value, CultureInfo.InvariantCulture)} is no {type.Name}; read it as text");
}
