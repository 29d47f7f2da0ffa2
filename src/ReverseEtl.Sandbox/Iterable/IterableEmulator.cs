using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Iterable;

/// <summary>Iterable: users by the batch, static lists, events, and forgetting. Any key is good unless it begins with <c>bad</c>.</summary>
internal sealed class IterableEmulator : IVendorEmulator
{
    private const int MostBytes = 4 * 1024 * 1024;

    private static readonly Func<VendorCall, IReadOnlyList<IEnumerable<string>>> One = call => call.Json is { } body ? [body.Scalars()] : [];

    public string Type => "iterable";

    public IVendorDialect Dialect { get; } = new IterableDialect();

    public IReadOnlyList<VendorRoute> Routes { get; } =
    [
        Route("POST", "users/bulkUpdate", IterableUsers.BulkUpdate, VendorRoute.RowsIn("users")),
        Route("POST", "users/update", IterableUsers.Update, One),
        Route("GET", "users/getByEmail", IterableUsers.GetByEmail),
        Route("GET", "users/byUserId", IterableUsers.GetByUserId),
        Route("GET", "users/byUserId/{userId}", IterableUsers.GetByUserId),
        Route("GET", "users/getFields", IterableUsers.Fields),
        Route("GET", "users/{email}", IterableUsers.GetByEmail),
        Route("DELETE", "users/byUserId/{userId}", IterableUsers.DeleteByUserId, call => [[call.Part("userId")]]),
        Route("DELETE", "users/{email}", IterableUsers.DeleteByEmail, call => [[call.Part("email")]]),
        Route("POST", "users/forget", IterableUsers.Forget, One),
        Route("POST", "users/unforget", IterableUsers.Unforget, One),
        Route("GET", "lists", IterableLists.List),
        Route("POST", "lists", IterableLists.Create),
        Route("GET", "lists/getUsers", IterableLists.Members),
        Route("POST", "lists/subscribe", IterableLists.Subscribe, VendorRoute.RowsIn("subscribers")),
        Route("POST", "lists/unsubscribe", IterableLists.Unsubscribe, VendorRoute.RowsIn("subscribers")),
        Route("POST", "events/track", IterableEvents.Track, One),
        Route("POST", "events/trackBulk", IterableEvents.TrackBulk, VendorRoute.RowsIn("events")),
    ];

    public VendorAnswer? Authenticate(VendorCall call) =>
        call.Header("Api-Key") is { Length: > 0 } key && !key.StartsWith("bad", StringComparison.Ordinal) ? null : Dialect.Unauthorized();

    public IEnumerable<Holding> Holdings(Account account)
    {
        foreach (var (kind, table) in new[] { ("object", UserStore.TableName), ("events", IterableEvents.TableName) }.Where(held => account.Table(held.Item2).Count > 0))
            yield return new Holding(kind, table, table, [.. account.Table(table).Records.Values]);
        foreach (var list in IterableLists.Holdings(account))
            yield return list;
    }

    private static VendorRoute Route(string method, string path, Func<VendorCall, VendorAnswer> handle, Func<VendorCall, IReadOnlyList<IEnumerable<string>>>? rows = null) =>
        new(method, $"api/{path}", Checked(handle)) { Rows = rows };

    private static Func<VendorCall, VendorAnswer> Checked(Func<VendorCall, VendorAnswer> handle) => call => call switch
    {
        { Body.Length: > MostBytes } => IterableDialect.Error(413, "BatchTooLarge", "The request is larger than 4 MB"),
        { Body.Length: > 0 } when !call.IsOf("application/json") => IterableDialect.Error(415, "BadJsonBody", "The body must be application/json"),
        _ => handle(call),
    };
}
