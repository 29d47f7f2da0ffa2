using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
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
        if (!call.IsOf("application/x-www-form-urlencoded"))
            return call.Body.Length == 0 ? (Record.Empty, "") : (null, "invalid_post_type");
        using var form = new FormReader(System.Text.Encoding.UTF8.GetString(call.Body)) { ValueLengthLimit = int.MaxValue };
        return (form.ReadForm().ToDictionary(field => field.Key, field => (string?)field.Value.ToString()), "");
    }
}
