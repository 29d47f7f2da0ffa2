using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace ReverseEtl.Sandbox.Vendors.OAuth;

/// <summary>The form that asks for a token; client credentials may be in the Authorization header instead.</summary>
internal sealed class TokenForm
{
    public const string JwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);

    private TokenForm()
    {
    }

    public string this[string name] => _fields.GetValueOrDefault(name, "");

    /// <summary>Null where the body is no form.</summary>
    public static TokenForm? Read(VendorCall call)
    {
        if (!call.IsOf("application/x-www-form-urlencoded"))
            return null;
        var form = new TokenForm();
        if (call.Header("Authorization") is var header && header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)
            && Encoding.UTF8.GetString(Convert.FromBase64String(header[6..])).Split(':', 2) is [var id, var secret])
            (form._fields["client_id"], form._fields["client_secret"]) = (id, secret);
        using var reader = new FormReader(Encoding.UTF8.GetString(call.Body)) { ValueLengthLimit = int.MaxValue };
        foreach (var (name, value) in reader.ReadForm())
            form._fields[name] = value.ToString();
        return form;
    }
}
