using System.Collections;
using System.Globalization;
using System.Reflection;
using ReverseEtl.Core.Alerts;

namespace ReverseEtl.Core.Config;

/// <summary>
/// Binds nodes to records by their properties. Unknown keys, missing keys and wrong types are all reported, none stops the rest.
/// The JSON Schema is made from the same properties by <see cref="SchemaWriter"/>.
/// </summary>
public static class Binder
{
    /// <summary>Binds a node, or reports problems and returns null.</summary>
    public static T? Bind<T>(ConfigNode node, BindContext context)
        where T : class => (T?)Bind(typeof(T), node, context);

    /// <inheritdoc cref="Bind{T}"/>
    public static object? Bind(Type type, ConfigNode node, BindContext context)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(MapNode) && node is MapNode)
            return node;
        if (IsConfigValue(type))
            return type.GetMethod(nameof(IConfigValue<NoValue>.Parse), BindingFlags.Public | BindingFlags.Static)!.Invoke(null, [node, context]);
        if (DictionaryValue(type) is { } valueType)
            return BindDictionary(valueType, node, context);
        if (ListItem(type) is { } itemType)
            return BindList(itemType, node, context);
        if (ScalarBinder.IsScalar(type))
            return ScalarBinder.Bind(type, node, context);
        return BindRecord(type, node, context);
    }

    internal static bool IsConfigValue(Type type) => type.GetInterfaces()
        .Any(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(IConfigValue<>));

    internal static Type? DictionaryValue(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) ? type.GetGenericArguments()[1] : null;

    internal static Type? ListItem(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    internal static IEnumerable<PropertyInfo> Properties(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite && property.Name != "EqualityContract")
        .OrderBy(property => Depth(property.DeclaringType!));

    internal static string Key(PropertyInfo property, System.Text.Json.JsonNamingPolicy naming) =>
        property.GetCustomAttribute<ConfigKeyAttribute>()?.Key ?? naming.ConvertName(property.Name);

    internal static bool IsRequired(PropertyInfo property) =>
        property.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute), inherit: true);

    private static object? BindRecord(Type type, ConfigNode node, BindContext context)
    {
        if (node is not MapNode map)
        {
            context.Add(node.At, $"this must be an object, but is {node.Kind}");
            return null;
        }

        if (context.Variants.TryGetValue(type, out var variants))
        {
            if (Variant(map, variants, context) is not { } variant)
                return null;
            type = variant;
        }

        var problemsBefore = context.Problems.Count;
        var result = Activator.CreateInstance(type)!;
        var properties = Properties(type).ToDictionary(property => Key(property, context.Naming), StringComparer.Ordinal);
        foreach (var entry in map.Entries)
        {
            if (!properties.TryGetValue(entry.Key, out var property))
                context.Add(entry.KeyAt, $"unknown key \"{entry.Key}\"{Nearest.Hint(entry.Key, properties.Keys)}");
            else if (entry.Value is ScalarNode { Type: ScalarType.Null } && !IsRequired(property))
                continue;
            else if (Bind(property.PropertyType, entry.Value, context) is { } value)
                property.SetValue(result, value);
        }

        foreach (var (key, property) in properties)
        {
            if (IsRequired(property) && map[key] is null)
                context.Add(map.At, $"\"{key}\" is missing{Purpose(property)}");
        }

        return context.Problems.Count == problemsBefore ? result : null;
    }

    private static Type? Variant(MapNode map, IReadOnlyDictionary<string, Type> variants, BindContext context)
    {
        if (map["type"] is not ScalarNode { Type: ScalarType.Text } type)
        {
            context.Add(map.At, $"\"type\" is missing: one of {string.Join(", ", variants.Keys)}");
            return null;
        }

        if (variants.TryGetValue(type.Text, out var variant))
            return variant;
        context.Add(type.At, $"unknown type \"{type.Text}\"{Nearest.Hint(type.Text, variants.Keys)}");
        return null;
    }

    private static object BindDictionary(Type valueType, ConfigNode node, BindContext context)
    {
        var result = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), valueType))!;
        if (node is not MapNode map)
        {
            context.Add(node.At, $"this must be an object, but is {node.Kind}");
            return result;
        }

        foreach (var entry in map.Entries)
        {
            if (valueType == typeof(DestinationOptions))
                context.Destination = entry.Key;
            if (valueType == typeof(AlertChannelOptions))
                context.Channel = entry.Key;
            if (Bind(valueType, entry.Value, context) is { } value)
                result[entry.Key] = value;
            if (valueType == typeof(DestinationOptions))
                context.Destination = null;
            if (valueType == typeof(AlertChannelOptions))
                context.Channel = null;
        }

        return result;
    }

    private static object BindList(Type itemType, ConfigNode node, BindContext context)
    {
        var result = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(itemType))!;
        // One value stands for a list of one: "key: id" and "key: [id]" mean the same.
        IReadOnlyList<ConfigNode> items = node is ListNode list ? list.Items : [node];
        foreach (var item in items)
        {
            if (Bind(itemType, item, context) is { } value)
                result.Add(value);
        }

        return result;
    }

    private static string Purpose(PropertyInfo property) =>
        property.GetCustomAttribute<System.ComponentModel.DescriptionAttribute>() is { } description
            ? string.Create(CultureInfo.InvariantCulture, $": {description.Description}")
            : "";

    private static int Depth(Type type) => type.BaseType is null ? 0 : Depth(type.BaseType) + 1;

    private sealed class NoValue : IConfigValue<NoValue>
    {
        public static string Schema => "{}";

        public static NoValue? Parse(ConfigNode node, BindContext context) => null;
    }
}
