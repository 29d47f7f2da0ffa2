using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Klaviyo;

/// <summary>What a profile in a request may look like, and what it becomes as a record: <c>location.city</c>, <c>properties.plan</c>.</summary>
internal static partial class ProfileShape
{
    public const string Properties = "properties.";
    public const string Location = "location.";

    public static readonly IReadOnlyList<string> Identifiers = ["external_id", "email", "phone_number"];

    private const int MostBytes = 100 * 1024;

    private static readonly string[] Attributes =
        [.. Identifiers, "anonymous_id", "_kx", "first_name", "last_name", "organization", "locale", "title", "image"];

    private static readonly string[] LocationNames = ["address1", "address2", "city", "country", "region", "zip", "timezone", "ip"];
    private static readonly string[] Coordinates = ["latitude", "longitude"];
    private static readonly string[] PatchNames = ["append", "unappend", "unset"];

    /// <summary>What is wrong with the form of a profile: that refuses the whole request.</summary>
    public static Problem? Wrong(JsonElement profile, string pointer)
    {
        if (JsonApi.WrongType(profile, "profile", pointer) is { } type)
            return type;
        if (profile.Get("attributes") is not { ValueKind: JsonValueKind.Object } attributes)
            return new Problem("'attributes' is a required field for the resource 'profile'.", $"{pointer}/attributes", "required");
        if (Encoding.UTF8.GetByteCount(profile.GetRawText()) > MostBytes)
            return new Problem("The payload of a profile must not exceed 100KB.", pointer);
        pointer += "/attributes";
        return JsonApi.Unknown(attributes, [.. Attributes, "location", "properties", "meta"], "profile", pointer)
            ?? Text(attributes, Attributes, pointer)
            ?? Objects(attributes, pointer);
    }

    /// <summary>What is wrong with its values: that refuses the profile alone, where it came with others.</summary>
    public static Problem? WrongValue(JsonElement attributes, string pointer)
    {
        if (attributes.GetText("email") is { } email && !EmailAddress.IsGood(email))
            return new Problem("Invalid email address", $"{pointer}/email");
        if (attributes.GetText("phone_number") is { } phone && !Phone().IsMatch(phone))
            return new Problem("Invalid phone number format (Example of a valid format: +12345678901)", $"{pointer}/phone_number");
        return null;
    }

    /// <summary>The fields of a record that the attributes set.</summary>
    public static Dictionary<string, string?> Fields(JsonElement attributes)
    {
        var fields = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var property in attributes.EnumerateObject())
        {
            if (property.Name is "location" or "properties")
            {
                foreach (var (name, value) in property.Value.Fields())
                    fields[$"{property.Name}.{name}"] = value;
            }
            else if (property.Name is not ("meta" or "subscriptions" or "anonymous_id" or "_kx"))
            {
                fields[property.Name] = property.Value.AsText();
            }
        }

        return fields;
    }

    /// <summary>The custom properties that a patch takes away.</summary>
    public static IEnumerable<string> Unset(JsonElement profile) => Patch(profile)?.Get("unset") switch
    {
        { ValueKind: JsonValueKind.String } name => [name.GetString()!],
        { ValueKind: JsonValueKind.Array } names => names.EnumerateArray().Select(name => name.AsText() ?? ""),
        _ => [],
    };

    private static JsonElement? Patch(JsonElement profile) => (profile.Get("meta") ?? profile.Get("attributes")?.Get("meta"))?.Get("patch_properties");

    private static Problem? Text(JsonElement holder, IEnumerable<string> names, string pointer) =>
        names.FirstOrDefault(name => holder.Get(name) is { ValueKind: not (JsonValueKind.String or JsonValueKind.Null) }) is { } wrong
            ? new Problem($"'{wrong}' must be a string.", $"{pointer}/{wrong}")
            : null;

    private static Problem? Objects(JsonElement attributes, string pointer)
    {
        if (attributes.Get("properties") is { ValueKind: not JsonValueKind.Object })
            return new Problem("'properties' must be an object.", $"{pointer}/properties");
        if (attributes.Get("meta")?.Get("patch_properties") is { } patch && JsonApi.Unknown(patch, PatchNames, "patch_properties", $"{pointer}/meta/patch_properties") is { } unknown)
            return unknown;
        if (attributes.Get("location") is not { } location)
            return null;
        pointer += "/location";
        if (location.ValueKind is not JsonValueKind.Object)
            return new Problem("'location' must be an object.", pointer);
        return JsonApi.Unknown(location, [.. LocationNames, .. Coordinates], "location", pointer)
            ?? Text(location, LocationNames, pointer)
            ?? (Coordinates.FirstOrDefault(name => location.Get(name) is { ValueKind: not (JsonValueKind.String or JsonValueKind.Number or JsonValueKind.Null) }) is { } wrong
                ? new Problem($"'{wrong}' must be a string or a number.", $"{pointer}/{wrong}")
                : null);
    }

    [GeneratedRegex(@"^\+[1-9]\d{6,14}$")]
    private static partial Regex Phone();
}
