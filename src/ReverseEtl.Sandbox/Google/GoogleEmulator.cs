using ReverseEtl.Sandbox.Vendors;
using ReverseEtl.Sandbox.Vendors.OAuth;

namespace ReverseEtl.Sandbox.Google;

/// <summary>Google's Data Manager API: audience members and user lists. Tokens come from the account's own <c>token</c> endpoint.</summary>
internal sealed class GoogleEmulator : IVendorEmulator
{
    private const string Lists = "v1/accountTypes/{accountType}/accounts/{accountId}/userLists";

    public string Type => "google-audiences";

    public IVendorDialect Dialect { get; } = new GoogleDialect();

    public IReadOnlyList<VendorRoute> Routes { get; } =
    [
        new("POST", "v1/audienceMembers:ingest", GoogleAudiences.Ingest) { Rows = Members },
        new("POST", "v1/audienceMembers:remove", GoogleAudiences.Remove) { Rows = Members },
        new("POST", "v1/audienceMembers:removeAll", GoogleAudiences.RemoveAll),
        new("GET", "v1/requestStatus:retrieve", GoogleStatus.Retrieve),
        new("POST", Lists, GoogleLists.Create),
        new("GET", Lists, GoogleLists.List),
        new("GET", $"{Lists}/{{userList}}", GoogleLists.Get),
        new("DELETE", $"{Lists}/{{userList}}", GoogleLists.Delete),
        new("POST", "token", GoogleToken.Issue) { IsOpen = true, Dialect = new OAuthDialect() },
    ];

    public VendorAnswer? Authenticate(VendorCall call) => AccessTokens.IsGood(call, GoogleToken.Prefix) ? null : Dialect.Unauthorized();

    public IEnumerable<Holding> Holdings(Account account) => GoogleLists.Holdings(account);

    private static IReadOnlyList<IEnumerable<string>> Members(VendorCall call) =>
        [.. (call.Json?.ListOf("audience_members") ?? []).Select(member => member.Scalars())];
}
