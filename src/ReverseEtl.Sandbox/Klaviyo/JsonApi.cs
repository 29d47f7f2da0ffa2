using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Klaviyo;

/// <summary>What all requests have in common: a revision, the media type, resources of a type, pages.</summary>
internal static partial class JsonApi
{
    private const int MostBytes = 5 * 1024 * 1024;
    private const int UsualPage = 20;
    private const int LargestPage = 100;

    /// <summary>A handler that is asked only where the revision and the media type are right.</summary>
    public static Func<VendorCall, VendorAnswer> Checked(Func<VendorCall, VendorAnswer> handle) => call => Wrong(call) ?? handle(call);

    /// <summary>The attributes of the one resource that the body is; or what is wrong.</summary>
    public static (JsonElement Attributes, VendorAnswer? Wrong) Read(VendorCall call, string type)
    {
        if (call.Json?.Get("data") is not { ValueKind: JsonValueKind.Object } data)
            return (default, KlaviyoDialect.Error(new Problem("The payload provided in the request is invalid: 'data' is required.", "/data", "required")));
        if (WrongType(data, type, "/data") is { } wrong)
            return (default, KlaviyoDialect.Error(wrong));
        return data.Get("attributes") is { ValueKind: JsonValueKind.Object } attributes
            ? (attributes, null)
            : (default, KlaviyoDialect.Error(new Problem("'attributes' is a required field for the resource.", "/data/attributes", "required")));
    }

    /// <summary>Resources at <c>data</c> of something, between one and as many as may be; or what is wrong.</summary>
    public static (IReadOnlyList<JsonElement> Items, VendorAnswer? Wrong) Items(JsonElement? holder, string pointer, string type, int most)
    {
        if (holder?.Get("data") is not { ValueKind: JsonValueKind.Array } data || data.GetArrayLength() == 0)
            return ([], KlaviyoDialect.Error(new Problem("'data' must be a list with at least one item.", $"{pointer}/data", "required")));
        if (data.GetArrayLength() > most)
            return ([], KlaviyoDialect.Error(new Problem($"'data' must contain no more than {most} items.", $"{pointer}/data")));
        JsonElement[] items = [.. data.EnumerateArray()];
        var problem = items.Select((item, at) => WrongType(item, type, $"{pointer}/data/{at}")).FirstOrDefault(found => found is not null);
        return problem is null ? (items, null) : ([], KlaviyoDialect.Error(problem));
    }

    public static Problem? WrongType(JsonElement resource, string type, string pointer) => resource.GetText("type") == type
        ? null
        : new Problem($"'{resource.GetText("type")}' is not the resource type '{type}'.", $"{pointer}/type");

    /// <summary>The property that a resource does not know.</summary>
    public static Problem? Unknown(JsonElement element, IReadOnlyCollection<string> known, string resource, string pointer) =>
        element.ValueKind is JsonValueKind.Object && element.EnumerateObject().Select(property => property.Name).FirstOrDefault(name => !known.Contains(name)) is { } unknown
            ? new Problem($"'{unknown}' is not a valid field for the resource '{resource}'.", $"{pointer}/{unknown}")
            : null;

    /// <summary>The list that a body's relationships name: none, one, or what is wrong.</summary>
    public static (string? List, VendorAnswer? Wrong) List(VendorCall call, string relationship)
    {
        if (call.Json?.Get("data")?.Get("relationships")?.Get(relationship)?.Get("data") is not { } data)
            return (null, null);
        var pointer = $"/data/relationships/{relationship}/data";
        if (data.ValueKind is JsonValueKind.Array)
        {
            if (data.GetArrayLength() != 1)
                return (null, KlaviyoDialect.Error(new Problem("Exactly one list is expected.", pointer)));
            (data, pointer) = (data[0], $"{pointer}/0");
        }

        if (WrongType(data, "list", pointer) is { } wrong)
            return (null, KlaviyoDialect.Error(wrong));
        return data.GetText("id") is { } id && call.Account.Table(KlaviyoLists.TableName).Has(id)
            ? (id, null)
            : (null, KlaviyoLists.Unknown(data.GetText("id"), $"{pointer}/id"));
    }

    /// <summary>One page of resources, with the way to the next.</summary>
    public static VendorAnswer Page(VendorCall call, IReadOnlyList<object> all, int usual = UsualPage, int largest = LargestPage)
    {
        var size = usual;
        if (call.Query("page[size]") is { } asked && (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out size) || size < 1 || size > largest))
            return KlaviyoDialect.Error(400, "invalid", "Invalid input.", $"Page size must be an integer between 1 and {largest}.", parameter: "page[size]");
        var offset = 0;
        if (call.Query("page[cursor]") is { } cursor && !int.TryParse(cursor.AsSpan(Math.Min(1, cursor.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out offset))
            return KlaviyoDialect.Error(400, "invalid", "Invalid input.", "Invalid cursor provided.", parameter: "page[cursor]");
        var self = $"{call.BaseUrl}/{call.Path}";
        var next = offset + size < all.Count ? $"{self}?{Query(call)}page%5Bcursor%5D=c{offset + size}" : null;
        return KlaviyoDialect.Json(200, new { data = all.Skip(offset).Take(size), links = new { self, next, prev = (string?)null } });
    }

    /// <summary>A time as Klaviyo writes it.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'+00:00'", CultureInfo.InvariantCulture);

    private static string Query(VendorCall call) => string.Concat(call.Http.Query.Where(entry => entry.Key != "page[cursor]")
        .Select(entry => $"{Uri.EscapeDataString(entry.Key)}={Uri.EscapeDataString(entry.Value.ToString())}&"));

    private static VendorAnswer? Wrong(VendorCall call)
    {
        if (!Revision().IsMatch(call.Header("revision")))
            return KlaviyoDialect.Error(400, "invalid", "Invalid input.", "A valid revision header (YYYY-MM-DD[.suffix]) is required.", parameter: "revision");
        if (call.Body.Length > 0 && !call.IsOf(KlaviyoDialect.MediaType))
            return KlaviyoDialect.Error(415, "unsupported_media_type", "Unsupported media type", $"The media type must be {KlaviyoDialect.MediaType}.");
        return call.Body.Length > MostBytes
            ? KlaviyoDialect.Error(413, "payload_too_large", "Payload too large", "The payload exceeds 5 MB.")
            : null;
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$")]
    private static partial Regex Revision();
}
