using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Klaviyo;

/// <summary>
/// Klaviyo: bulk imports of profiles, profiles one by one, lists and their members, consent, events, deletion. Any private key is
/// good unless it begins with <c>bad</c>; the account's own opt-in is single.
/// </summary>
internal sealed class KlaviyoEmulator : IVendorEmulator
{
    private const string Scheme = "Klaviyo-API-Key ";

    private static readonly Func<VendorCall, IReadOnlyList<IEnumerable<string>>> One = call => call.Json is { } body ? [body.Scalars()] : [];

    public string Type => "klaviyo";

    public IVendorDialect Dialect { get; } = new KlaviyoDialect();

    public IReadOnlyList<VendorRoute> Routes { get; } =
    [
        Route("POST", "profile-bulk-import-jobs", ImportJobs.Create, Profiles),
        Route("GET", "profile-bulk-import-jobs/{id}", ImportJobs.Get),
        Route("GET", "profile-bulk-import-jobs/{id}/import-errors", ImportJobs.Errors),
        Route("GET", "profiles", ProfileReads.List),
        Route("POST", "profiles", ProfileReads.Create, One),
        Route("POST", "profile-import", ProfileReads.Import, One),
        Route("GET", "profiles/{id}", ProfileReads.Get),
        Route("PATCH", "profiles/{id}", ProfileReads.Update, One),
        Route("POST", "data-privacy-deletion-jobs", ProfileReads.Forget, One),
        Route("GET", "lists", KlaviyoLists.List),
        Route("POST", "lists", KlaviyoLists.Create),
        Route("GET", "lists/{id}", KlaviyoLists.Get),
        Route("GET", "lists/{id}/profiles", KlaviyoLists.Profiles),
        Route("GET", "lists/{id}/relationships/profiles", KlaviyoLists.ProfileIds),
        Route("POST", "lists/{id}/relationships/profiles", KlaviyoLists.AddProfiles, VendorRoute.RowsIn("data")),
        Route("DELETE", "lists/{id}/relationships/profiles", KlaviyoLists.RemoveProfiles, VendorRoute.RowsIn("data")),
        Route("POST", "profile-subscription-bulk-create-jobs", Subscriptions.Create, Profiles),
        Route("POST", "profile-subscription-bulk-delete-jobs", Subscriptions.Delete, Profiles),
        Route("POST", "events", KlaviyoEvents.Create, One),
        Route("POST", "event-bulk-create-jobs", KlaviyoEvents.CreateMany, KlaviyoEvents.Rows),
    ];

    public VendorAnswer? Authenticate(VendorCall call) =>
        call.Header("Authorization") is var header && header.StartsWith(Scheme, StringComparison.Ordinal) && header.Length > Scheme.Length
            && !header.StartsWith(Scheme + "bad", StringComparison.Ordinal)
            ? null
            : Dialect.Unauthorized();

    public VendorAnswer Finish(VendorAnswer answer, Account account) => answer.Status == 429
        ? answer
        : answer.With("RateLimit-Limit", "10, 10;w=1, 150;w=60").With("RateLimit-Remaining", "149").With("RateLimit-Reset", "1");

    public IEnumerable<Holding> Holdings(Account account)
    {
        var profiles = account.Table(Klaviyo.Profiles.TableName).Records;
        if (profiles.Count > 0)
            yield return new Holding("object", "profiles", "profiles", [.. profiles.Select(profile => profile.Value.With([new("id", profile.Key)]))]);
        if (account.Table(KlaviyoEvents.TableName).Count > 0)
            yield return new Holding("events", "events", "events", [.. account.Table(KlaviyoEvents.TableName).Records.Values]);
        foreach (var list in KlaviyoLists.Holdings(account))
            yield return list;
    }

    private static VendorRoute Route(string method, string path, Func<VendorCall, VendorAnswer> handle, Func<VendorCall, IReadOnlyList<IEnumerable<string>>>? rows = null) =>
        new(method, $"api/{path}", JsonApi.Checked(handle)) { Rows = rows };

    private static IReadOnlyList<IEnumerable<string>> Profiles(VendorCall call) =>
        [.. (call.Json?.Get("data")?.Get("attributes")?.Get("profiles")?.GetList("data") ?? []).Select(profile => profile.Scalars())];
}
