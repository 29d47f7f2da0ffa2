using System.Globalization;
using System.Text.Json;

namespace ReverseEtl.Core.Config;

/// <summary>Binds the scalar types that options use.</summary>
internal static class ScalarBinder
{
    public static bool IsScalar(Type type) => type == typeof(string) || type == typeof(bool) || type == typeof(int) || type == typeof(long)
        || type == typeof(Uri) || type == typeof(Secret) || type == typeof(TimeSpan) || type.IsEnum;

    public static object? Bind(Type type, ConfigNode node, BindContext context)
    {
        if (node is not ScalarNode scalar)
            return Fail(node, context, Expected(type));
        if (Interpolation.Resolve(scalar.Text, node.At, context) is not { } text)
            return null;
        if (scalar.Type is ScalarType.Null)
            return Fail(node, context, Expected(type));
        if (type == typeof(string))
            return text;
        if (type == typeof(Secret))
            return new Secret(text);
        if (type == typeof(bool))
            return bool.TryParse(text, out var flag) ? flag : Fail(node, context, Expected(type));
        if (type == typeof(int))
            return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : Fail(node, context, Expected(type));
        if (type == typeof(long))
            return long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : Fail(node, context, Expected(type));
        if (type == typeof(TimeSpan))
            return Duration.TryParse(text, out var duration) ? duration : Fail(node, context, Expected(type));
        if (type == typeof(Uri))
            return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : Fail(node, context, Expected(type));
        return BindEnum(type, text, node, context);
    }

    public static IEnumerable<string> EnumNames(Type type) => Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName);

    private static object? BindEnum(Type type, string text, ConfigNode node, BindContext context)
    {
        foreach (var name in Enum.GetNames(type))
        {
            if (JsonNamingPolicy.SnakeCaseLower.ConvertName(name) == text)
                return Enum.Parse(type, name);
        }

        context.Add(node.At, $"\"{text}\" is none of {string.Join(", ", EnumNames(type))}");
        return null;
    }

    private static string Expected(Type type) => type switch
    {
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ when type == typeof(TimeSpan) => "a duration such as 30s, 15m, 2h or 1d",
        _ when type == typeof(Uri) => "an http or https address",
        _ when type.IsEnum => $"one of {string.Join(", ", EnumNames(type))}",
        _ => "text",
    };

    private static object? Fail(ConfigNode node, BindContext context, string expected)
    {
        context.Add(node.At, $"this must be {expected}, but is {node.Kind}");
        return null;
    }
}
