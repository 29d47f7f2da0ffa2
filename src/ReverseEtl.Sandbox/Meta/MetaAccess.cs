using System.Text.RegularExpressions;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Meta;

/// <summary>What all of the Graph API asks of a request: a token, and a version in the path.</summary>
internal static partial class MetaAccess
{
    public static VendorAnswer? Authenticate(VendorCall call) => (call.Bearer ?? new MetaParameters(call).Text("access_token")) switch
    {
        null or "" => MetaDialect.Error(104, "An access token is required to request this resource.", type: "OAuthException"),
        var token when token.StartsWith("bad", StringComparison.Ordinal) => new MetaDialect().Unauthorized(),
        _ => null,
    };

    public static Func<VendorCall, VendorAnswer> Versioned(Func<VendorCall, VendorAnswer> handle) => call =>
        Version().IsMatch(call.Part("version"))
            ? handle(call)
            : MetaDialect.Error(2500, $"Unknown path components: /{call.Path}", type: "OAuthException");

    [GeneratedRegex(@"^v\d+\.\d+$")]
    private static partial Regex Version();
}
