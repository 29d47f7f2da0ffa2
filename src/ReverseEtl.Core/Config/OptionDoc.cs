using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace ReverseEtl.Core.Config;

/// <summary>An option of a record that <see cref="Binder"/> binds, for people to read.</summary>
/// <param name="Name">As files have it.</param>
/// <param name="IsRequired">True where it must be given.</param>
/// <param name="Default">What holds when it is left out; null where that is nothing.</param>
/// <param name="Description">What it is for.</param>
public sealed record OptionDoc(string Name, bool IsRequired, string? Default, string Description)
{
    /// <summary>The options of a record, in its order.</summary>
    public static IReadOnlyList<OptionDoc> Of(Type type, JsonNamingPolicy naming)
    {
        var sample = Activator.CreateInstance(type)!;
        return
        [
            .. from property in Binder.Properties(type)
               select new OptionDoc(
                   Binder.Key(property, naming),
                   Binder.IsRequired(property),
                   Text(property.GetValue(sample)),
                   property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? ""),
        ];
    }

    private static string? Text(object? value) => value switch
    {
        null or false or "" or 0 or Secret => null,
        true => "true",
        string or int or long or Uri => Convert.ToString(value, CultureInfo.InvariantCulture),
        TimeSpan time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#}s"),
        Enum word => JsonNamingPolicy.SnakeCaseLower.ConvertName(word.ToString()),
        _ => null,
    };
}
