using ReverseEtl.Sandbox.Vendors;
using ReverseEtl.Sandbox.Vendors.OAuth;

namespace ReverseEtl.Sandbox.Google;

/// <summary>Google's Data Manager API: events. Tokens come from the account's own <c>token</c> endpoint.</summary>
internal sealed class GoogleConversionsEmulator : IVendorEmulator
{
    public string Type => "google-conversions";

    public IVendorDialect Dialect { get; } = new GoogleDialect();

    public IReadOnlyList<VendorRoute> Routes { get; } =
    [
        new("POST", "v1/events:ingest", GoogleEvents.Ingest) { Rows = Events },
        new("GET", "v1/requestStatus:retrieve", GoogleStatus.Retrieve),
        new("POST", "token", GoogleToken.Issue) { IsOpen = true, Dialect = new OAuthDialect() },
    ];

    public VendorAnswer? Authenticate(VendorCall call) => AccessTokens.IsGood(call, GoogleToken.Prefix) ? null : Dialect.Unauthorized();

    public IEnumerable<Holding> Holdings(Account account) => account.Names(GoogleEvents.Prefix)
        .Select(table => new Holding("conversion action", table.Split('/')[^1], table.Split('/')[^1], [.. account.Table(table).Records.Values]));

    private static IReadOnlyList<IEnumerable<string>> Events(VendorCall call) =>
        [.. (call.Json?.ListOf("events") ?? []).Select(item => item.Scalars())];
}
