using System.Text.Encodings.Web;
using System.Text.Json;

namespace ReverseEtl.Core.Delivery;

/// <summary>How this project writes JSON: readable text.</summary>
public static class JsonText
{
    /// <summary>Leaves letters and HTML's characters as they are: bodies are UTF-8, never HTML. Beyond the BMP it still escapes.</summary>
    public static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>For bodies. Validation is off, as writers here are tested and this is the hot path.</summary>
    public static JsonWriterOptions Body { get; } = new() { Encoder = Encoder, SkipValidation = true };

    /// <summary>For documents that people may read.</summary>
    public static JsonWriterOptions Indented { get; } = new() { Encoder = Encoder, Indented = true };
}
