using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Braze;

/// <summary>Braze's user data and subscription groups. Any key is good unless it begins with <c>bad</c>.</summary>
internal sealed class BrazeEmulator : IVendorEmulator
{
    public string Type => "braze";

    public IVendorDialect Dialect { get; } = new BrazeDialect();

    public IReadOnlyList<VendorRoute> Routes { get; } =
    [
        new("POST", "users/track", Json(Track.Apply)) { Rows = Track.Rows },
        new("POST", "users/delete", Json(UserDirectory.Delete)) { Rows = UserDirectory.Rows },
        new("POST", "users/export/ids", Json(UserDirectory.Export)),
        new("POST", "subscription/status/set", Json(Subscriptions.Set)) { Rows = Subscriptions.Rows },
        new("POST", "v2/subscription/status/set", Json(Subscriptions.SetMany)) { Rows = Subscriptions.RowsOfMany },
        new("GET", "subscription/status/get", Subscriptions.Get),
        new("GET", "events/list", call => VendorAnswer.Json(200, new { message = "success", events = Track.EventNames(call.Account) })),
    ];

    public VendorAnswer? Authenticate(VendorCall call) =>
        call.Bearer is { Length: > 0 } key && !key.StartsWith("bad", StringComparison.Ordinal) ? null : Dialect.Unauthorized();

    public VendorAnswer Finish(VendorAnswer answer, Account account) => answer.WithRate(limit: 3000, seconds: 3);

    public IEnumerable<Holding> Holdings(Account account)
    {
        var users = new BrazeUsers(account);
        if (users.All.Count > 0)
            yield return new Holding("object", "users", "users", [.. users.All]);
        foreach (var table in new[] { Track.Events, Track.Purchases }.Where(table => account.Table(table).Count > 0))
            yield return new Holding(table, table, table, [.. account.Table(table).Records.Values]);
        if (account.Table(DataPoints.Table).Count > 0)
            yield return new Holding("count", DataPoints.Table, DataPoints.Table, [.. account.Table(DataPoints.Table).Records.Values]);
        foreach (var group in Subscriptions.Holdings(account))
            yield return group;
    }

    private static Func<VendorCall, VendorAnswer> Json(Func<VendorCall, VendorAnswer> handle) => call => call switch
    {
        _ when !call.IsOf("application/json") => BrazeDialect.Error(415, "Content-Type must be application/json"),
        { Json.ValueKind: System.Text.Json.JsonValueKind.Object } => handle(call),
        _ => BrazeDialect.Error(400, "Invalid JSON in request body"),
    };
}
