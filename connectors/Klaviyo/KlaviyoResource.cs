using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Requests;

namespace ReverseEtl.Connectors.Klaviyo;

/// <summary>A resource in the JSON:API manner: one that is to be made, or that stands within another one.</summary>
internal sealed record KlaviyoResource(string Type, object Attributes, object? Relationships = null)
{
    public const string MediaType = "application/vnd.api+json";

    /// <summary>A resource for each row of a batch, as the value of an attribute.</summary>
    public static object Each(ChangeBatch batch, string type, Func<int, object> attributes) =>
        new { data = Enumerable.Range(0, batch.Count).Select(row => new KlaviyoResource(type, attributes(row))) };

    /// <summary>A text as filters have it.</summary>
    public static string Quoted(string value) => $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>A body; what is null is left out.</summary>
    public static ColumnarContent Body(object data) => ColumnarContent.Json(new { data }, MediaType);
}
