using System.Text.RegularExpressions;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Twilio;

/// <summary>
/// Twilio's messages. The account's id or that of an API key, with any secret, is good unless it begins with <c>bad</c>. An account's id
/// that begins with AC404 is nobody's.
/// </summary>
internal sealed partial class TwilioEmulator : IVendorEmulator
{
    private const string Accounts = "2010-04-01/Accounts";

    public string Type => "twilio-sms";

    public IVendorDialect Dialect { get; } = new TwilioDialect();

    public IReadOnlyList<VendorRoute> Routes { get; } =
    [
        new("POST", $"{Accounts}/{{sid}}/Messages.json", Messages.Send) { Rows = call => [call.Form?.Values ?? []] },
        new("GET", $"{Accounts}/{{sid}}/Messages/{{message}}.json", Messages.Get),
        new("GET", $"{Accounts}/{{sid}}.json", call => VendorAnswer.Json(200, new
        {
            sid = call.Part("sid"),
            owner_account_sid = call.Part("sid"),
            friendly_name = call.Account.Name,
            status = "active",
            type = "Full",
            uri = $"/{Accounts}/{call.Part("sid")}.json",
        })),
    ];

    public VendorAnswer? Authenticate(VendorCall call)
    {
        var isGood = call.Basic is ({ Length: > 0 } user, { Length: > 0 } secret) && !IsBad(secret) && !IsBad(user)
            && (Key().IsMatch(user) || user == call.Part("sid"));
        if (!isGood)
            return Dialect.Unauthorized();
        return Sid().IsMatch(call.Part("sid")) && !call.Part("sid").StartsWith("AC404", StringComparison.Ordinal)
            ? null
            : TwilioDialect.Error(404, 20404, $"The requested resource /{call.Path} was not found");
    }

    public IEnumerable<Holding> Holdings(Account account) =>
        account.Table(Messages.Table) is { Count: > 0 } messages
            ? [new Holding("messages", "messages", "messages", [.. messages.Records.Select(message => message.Value.With([new("sid", message.Key)]))])]
            : [];

    private static bool IsBad(string credential) => credential.StartsWith("bad", StringComparison.Ordinal);

    [GeneratedRegex("^AC[0-9a-f]{32}$")]
    private static partial Regex Sid();

    [GeneratedRegex("^SK[0-9a-f]{32}$")]
    private static partial Regex Key();
}
