namespace ReverseEtl.Sandbox.Vendors.OAuth;

/// <summary>The form that asks for a token; client credentials may be in the Authorization header instead.</summary>
internal sealed class TokenForm
{
    public const string JwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    private readonly Dictionary<string, string> _fields;

    private TokenForm(Dictionary<string, string> fields) => _fields = fields;

    public string this[string name] => _fields.GetValueOrDefault(name, "");

    /// <summary>Null where the body is no form.</summary>
    public static TokenForm? Read(VendorCall call)
    {
        if (call.Form is not { } form)
            return null;
        var fields = new Dictionary<string, string>(form, StringComparer.Ordinal);
        if (call.Basic is var (id, secret))
            (fields["client_id"], fields["client_secret"]) = (id, secret);
        return new TokenForm(fields);
    }
}
