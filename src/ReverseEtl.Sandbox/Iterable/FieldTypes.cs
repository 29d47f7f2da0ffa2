using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Iterable;

/// <summary>
/// The types that fields of a category (users, or an event by its name) were first seen with. They never change: a value of another type
/// refuses the whole request.
/// </summary>
internal sealed class FieldTypes(Account account, string category)
{
    public const string Users = "user";

    private readonly Table _types = account.Table(TableName(category));
    private readonly List<string> _created = [];

    public IReadOnlyList<string> Created => _created;

    public static string TableName(string category) => $"types/{category}";

    /// <summary>Learns the types of fields not seen before; the refusal where one that is known has another.</summary>
    public VendorAnswer? Learn(JsonElement? fields)
    {
        if (fields is not { ValueKind: JsonValueKind.Object } values)
            return null;
        foreach (var field in values.EnumerateObject().Where(field => field.Value.ValueKind is not JsonValueKind.Null))
        {
            string[] incoming = Types(field.Value);
            if (_types.Get(field.Name) is { } known)
            {
                if (!incoming.Contains(known["type"]))
                    return Mismatch(field, known["type"]!, incoming);
            }
            else
            {
                _types.Set(field.Name, Record.Of(("type", incoming[0])));
                _created.Add(field.Name);
            }
        }

        return null;
    }

    /// <summary>The types that a value may be of, the likeliest first.</summary>
    private static string[] Types(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => ["boolean"],
        JsonValueKind.Number => value.TryGetInt64(out _) ? ["long", "double"] : ["double"],
        JsonValueKind.String => IsDate(value.GetString()!) ? ["date", "string"] : ["string"],
        JsonValueKind.Array => value.GetArrayLength() == 0 ? ["string", "long", "double", "boolean", "object", "date"] : Types(value[0]),
        _ => ["object"],
    };

    private static bool IsDate(string text) => DateTime.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss zzz", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.fffK"],
        CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private VendorAnswer Mismatch(JsonProperty field, string expectedType, string[] incomingTypes)
    {
        return IterableDialect.Error(400, "RequestFieldsTypesMismatched",
            $"Project 1: The request does not have the same data types as the data previously submitted. Field '{field.Name}' already exists for type '{category}' and has a data type of '{expectedType}' but possible types '{string.Join(", ", incomingTypes)}' in the request.",
            new
            {
                validationErrors = new Dictionary<string, object>
                {
                    [field.Name] = new { incomingTypes, expectedType, category, offendingValue = field.Value, _type = "UnexpectedType" },
                },
            });
    }
}
