using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Slack;

/// <summary>The arguments of a method, from JSON or a form.</summary>
internal static class SlackArguments
{
    /// <summary>The arguments; null with an error where they cannot be read.</summary>
    public static (IReadOnlyDictionary<string, string?>? Arguments, string Error) Read(VendorCall call)
    {
        if (call.IsOf("application/json"))
            return call.Json is { ValueKind: JsonValueKind.Object } body ? (body.Fields(), "") : (null, "invalid_json");
        if (call.Form is { } form)
            return (form.ToDictionary(field => field.Key, field => (string?)field.Value), "");
        return call.Body.Length == 0 ? (Record.Empty, "") : (null, "invalid_post_type");
    }
}
