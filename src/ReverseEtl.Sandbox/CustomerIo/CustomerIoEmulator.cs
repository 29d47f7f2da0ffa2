using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.CustomerIo;

/// <summary>
/// Customer.io's Track API (Basic, site id and key) and of its App API the segments (Bearer). Any credentials are good unless a part
/// of them begins with <c>bad</c>.
/// </summary>
internal sealed class CustomerIoEmulator : IVendorEmulator
{
    private const int MostBytes = 500 * 1024;

    public string Type => "customerio";

    public IVendorDialect Dialect { get; } = new CustomerIoDialect();

    public IReadOnlyList<VendorRoute> Routes { get; } =
    [
        new("POST", "api/v2/batch", Batch) { Rows = VendorRoute.RowsIn("batch") },
        new("POST", "api/v2/entity", Entity) { Rows = call => call.Json is { } item ? [item.Scalars()] : [] },
        new("POST", "api/v1/segments/{segment}/add_customers", Segments.Add) { Rows = VendorRoute.RowsIn("ids") },
        new("POST", "api/v1/segments/{segment}/remove_customers", Segments.Remove) { Rows = VendorRoute.RowsIn("ids") },
        new("GET", "api/v1/accounts/region", _ => VendorAnswer.Json(200, new { url = "track.customer.io", data_center = "us", environment_id = 1 })),
        new("GET", "v1/segments", Segments.List),
        new("POST", "v1/segments", Segments.Create),
        new("GET", "v1/segments/{segment}", Segments.Get),
        new("GET", "v1/segments/{segment}/customer_count", Segments.Count),
    ];

    public VendorAnswer? Authenticate(VendorCall call) => call.Path.StartsWith("v1/", StringComparison.Ordinal)
        ? call.Bearer is { Length: > 0 } key && !IsBad(key) ? null : Dialect.Unauthorized()
        : call.Basic is ({ Length: > 0 } site, { Length: > 0 } secret) && !IsBad(site) && !IsBad(secret) ? null : Dialect.Unauthorized();

    public IEnumerable<Holding> Holdings(Account account)
    {
        if (account.Table(People.TableName).Count > 0)
            yield return new Holding("object", "people", "people", [.. account.Table(People.TableName).Records.Select(person => person.Value.With([new("cio_id", person.Key)]))]);
        foreach (var table in new[] { "events", "devices", Objects.Relationships }.Where(table => account.Table(table).Count > 0))
            yield return new Holding(table, table, table, [.. account.Table(table).Records.Values]);
        foreach (var table in account.Names(Objects.Prefix))
            yield return new Holding("object", table[Objects.Prefix.Length..], table, [.. account.Table(table).Records.Values]);
        foreach (var segment in Segments.Holdings(account))
            yield return segment;
    }

    private static VendorAnswer Batch(VendorCall call)
    {
        if (call.Body.Length > MostBytes)
            return new CustomerIoDialect().Invalid("request body exceeds 500kb");
        if (call.Json?.Get("batch") is not { ValueKind: JsonValueKind.Array } batch || batch.GetArrayLength() == 0)
            return VendorAnswer.Json(400, new { errors = new[] { new { reason = "required", field = "batch", message = "batch must be an array with at least one item" } } });
        var errors = new List<object>();
        var at = 0;
        foreach (var item in batch.EnumerateArray())
        {
            if (Apply(call, item, at) is { } error)
                errors.Add(new { batch_index = at, reason = error.Reason, field = error.Field, message = error.Message });
            at++;
        }

        return errors.Count == 0 ? VendorAnswer.Json(200, new { }) : VendorAnswer.Json(207, new { errors });
    }

    private static VendorAnswer Entity(VendorCall call)
    {
        var error = call.Json is { } item ? Apply(call, item, 0) : new TrackError("invalid", "", "the body is no JSON");
        return error is null
            ? VendorAnswer.Json(200, new { })
            : VendorAnswer.Json(400, new { errors = new[] { new { reason = error.Reason, field = error.Field, message = error.Message } } });
    }

    private static TrackError? Apply(VendorCall call, JsonElement item, int at) => call.Refused.Contains(at)
        ? new TrackError(call.RefusalCode, "", call.RefusalMessage)
        : TrackItem.Apply(call.Account, item);

    private static bool IsBad(string credential) => credential.StartsWith("bad", StringComparison.Ordinal);
}
