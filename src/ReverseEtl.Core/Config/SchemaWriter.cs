using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ReverseEtl.Core.Config;

/// <summary>Makes a JSON Schema from the records that <see cref="Binder"/> binds.</summary>
public sealed class SchemaWriter(JsonNamingPolicy naming, IReadOnlyDictionary<Type, IReadOnlyDictionary<string, Type>> variants)
{
    /// <summary>The schema of a type.</summary>
    public JsonObject Write(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(MapNode))
            return new JsonObject { ["type"] = "object" };
        if (Binder.IsConfigValue(type))
            return JsonNode.Parse((string)type.GetProperty("Schema")!.GetValue(null)!)!.AsObject();
        if (Binder.DictionaryValue(type) is { } value)
            return new JsonObject { ["type"] = "object", ["additionalProperties"] = Write(value) };
        if (Binder.ListItem(type) is { } item)
            return new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "array", ["items"] = Write(item) }, Write(item)) };
        if (type.IsEnum)
            return new JsonObject { ["enum"] = new JsonArray([.. ScalarBinder.EnumNames(type).Select(name => JsonValue.Create(name))]) };
        if (ScalarBinder.IsScalar(type))
            return Scalar(type);
        if (variants.TryGetValue(type, out var options))
            return new JsonObject { ["oneOf"] = new JsonArray([.. options.Select(option => WriteRecord(option.Value, option.Key))]) };
        return WriteRecord(type, variant: null);
    }

    private JsonObject WriteRecord(Type type, string? variant)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var property in Binder.Properties(type))
        {
            var key = Binder.Key(property, naming);
            var schema = variant is not null && key == "type" ? new JsonObject { ["const"] = variant } : Write(property.PropertyType);
            if (property.GetCustomAttribute<DescriptionAttribute>() is { } description)
                schema["description"] = description.Description;
            properties[key] = schema;
            if (Binder.IsRequired(property))
                required.Add(key);
        }

        var result = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        if (required.Count > 0)
            result["required"] = required;
        return result;
    }

    private static JsonObject Scalar(Type type)
    {
        if (type == typeof(bool))
            return new JsonObject { ["type"] = "boolean" };
        if (type == typeof(int) || type == typeof(long))
            return new JsonObject { ["type"] = "integer" };
        if (type == typeof(TimeSpan))
            return new JsonObject { ["type"] = "string", ["pattern"] = "^[0-9]+(ms|s|m|h|d)$" };
        return new JsonObject { ["type"] = "string" };
    }
}
