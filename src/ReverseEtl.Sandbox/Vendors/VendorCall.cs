using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace ReverseEtl.Sandbox.Vendors;

/// <summary>A request to an account, read to its end.</summary>
/// <param name="Http">The request; its body has been read.</param>
/// <param name="Account">The account.</param>
/// <param name="Path">The path below the account.</param>
/// <param name="Body">The body as received.</param>
/// <param name="Now">When.</param>
internal sealed record VendorCall(HttpRequest Http, Account Account, string Path, byte[] Body, DateTimeOffset Now)
{
    private bool _isParsed;
    private JsonElement? _json;

    /// <summary>The rows, by position, that the script refuses.</summary>
    public IReadOnlySet<int> Refused { get; init; } = FrozenSet<int>.Empty;

    /// <summary>The code of such a refusal, where the vendor has no better one.</summary>
    public string RefusalCode { get; init; } = "";

    /// <summary>The message of such a refusal.</summary>
    public string RefusalMessage { get; init; } = "";

    /// <summary>Where the account begins.</summary>
    public string BaseUrl => $"{Http.Scheme}://{Http.Host}/{Account.Type}/{Uri.EscapeDataString(Account.Name)}";

    /// <summary>The body as JSON; null where it is none.</summary>
    public JsonElement? Json
    {
        get
        {
            if (!_isParsed)
            {
                _isParsed = true;
                _json = Parse(Body);
            }

            return _json;
        }
    }

    /// <summary>A part of the path, by its name in the route.</summary>
    public string Part(string name) => Http.RouteValues[name] as string ?? "";

    public string? Query(string name) => Http.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    public string Header(string name) => Http.Headers[name].ToString();

    /// <summary>The bearer token; null without one.</summary>
    public string? Bearer => Header("Authorization") is var header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
        ? header["Bearer ".Length..].Trim()
        : null;

    /// <summary>User and password of an Authorization header of the kind Basic; null without one.</summary>
    public (string User, string Password)? Basic
    {
        get
        {
            var header = Header("Authorization");
            var bytes = new byte[header.Length];
            return header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)
                && Convert.TryFromBase64String(header["Basic ".Length..], bytes, out var length)
                && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [var user, var password]
                ? (user, password)
                : null;
        }
    }

    /// <summary>The fields of a form; null where the body says to be something else.</summary>
    public IReadOnlyDictionary<string, string>? Form
    {
        get
        {
            if (!IsOf("application/x-www-form-urlencoded"))
                return null;
            using var form = new FormReader(Encoding.UTF8.GetString(Body)) { ValueLengthLimit = int.MaxValue };
            return form.ReadForm().ToDictionary(entry => entry.Key, entry => entry.Value.ToString(), StringComparer.Ordinal);
        }
    }

    /// <summary>Whether the body says to be of a kind.</summary>
    public bool IsOf(string mediaType) =>
        (Http.ContentType ?? "").Split(';')[0].Trim().Equals(mediaType, StringComparison.OrdinalIgnoreCase);

    public static JsonElement? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            // Cloned by nobody: the document lives as long as the call.
            return JsonDocument.Parse(json).RootElement;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
