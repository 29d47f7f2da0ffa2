using System.Globalization;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>HubSpot's CRM: objects by the batch, and lists. Any token is good unless it begins with <c>bad</c>.</summary>
internal sealed class HubSpotEmulator : IVendorEmulator
{
    private const string Objects = "crm/objects/2026-09/{objectType}";
    private const string Lists = "crm/lists/2026-09";
    private const int RateMax = 190;

    public string Type => "hubspot";

    public IVendorDialect Dialect { get; } = new HubSpotDialect();

    public IReadOnlyList<VendorRoute> Routes { get; } =
    [
        Batch("upsert", HubSpotWrites.Upsert),
        Batch("create", HubSpotWrites.Create),
        Batch("update", HubSpotWrites.Update),
        Batch("archive", HubSpotReads.Archive),
        new("POST", $"{Objects}/batch/read", Json(HubSpotReads.Read)),
        new("GET", Objects, HubSpotReads.List),
        new("GET", "crm/properties/2026-09/{objectType}/{property}", HubSpotReads.Property),
        new("GET", "account-info/2026-09/details", HubSpotReads.Details),
        new("POST", Lists, Json(HubSpotLists.Create)),
        new("POST", $"{Lists}/search", Json(HubSpotLists.Search)),
        new("GET", $"{Lists}/{{listId}}", HubSpotLists.Get),
        new("GET", $"{Lists}/object-type-id/{{objectTypeId}}/name/{{listName}}", HubSpotLists.ByName),
        new("GET", $"{Lists}/{{listId}}/memberships", HubSpotMemberships.List),
        Members("add", HubSpotMemberships.Add),
        Members("remove", HubSpotMemberships.Remove),
        Members("add-and-remove", HubSpotMemberships.AddAndRemove),
    ];

    public VendorAnswer? Authenticate(VendorCall call) =>
        call.Bearer is { Length: > 0 } token && !token.StartsWith("bad", StringComparison.Ordinal) ? null : Dialect.Unauthorized();

    public VendorAnswer Finish(VendorAnswer answer, Account account)
    {
        if (answer.Headers.All(header => header.Key != "X-HubSpot-RateLimit-Remaining"))
            answer.With("X-HubSpot-RateLimit-Remaining", (RateMax - 1).ToString(CultureInfo.InvariantCulture));
        return answer
            .With("X-HubSpot-RateLimit-Max", RateMax.ToString(CultureInfo.InvariantCulture))
            .With("X-HubSpot-RateLimit-Interval-Milliseconds", "10000")
            .With("X-HubSpot-RateLimit-Daily", "650000")
            .With("X-HubSpot-RateLimit-Daily-Remaining", (650000 - account.Requests).ToString(CultureInfo.InvariantCulture));
    }

    public IEnumerable<Holding> Holdings(Account account)
    {
        foreach (var table in account.Names("object/"))
        {
            yield return new Holding("object", table["object/".Length..], table["object/".Length..],
                [.. account.Table(table).Records.Select(record => record.Value.With([new("hs_object_id", record.Key)]))]);
        }

        foreach (var (id, list) in account.Table(HubSpotLists.Table).Records)
        {
            var objects = account.Table(ObjectType.Find(list["objectTypeId"]!)!.Table);
            yield return new Holding("list", id, list["name"]!,
                [.. account.Table(HubSpotMemberships.Table(id)).Records.Keys.Select(member => (objects.Get(member) ?? Record.Empty).With([new("hs_object_id", member)]))]);
        }
    }

    private static VendorRoute Batch(string name, Func<VendorCall, VendorAnswer> handle) =>
        new("POST", $"{Objects}/batch/{name}", Json(handle)) { Rows = VendorRoute.RowsIn("inputs") };

    private static VendorRoute Members(string name, Func<VendorCall, VendorAnswer> handle) =>
        new("PUT", $"{Lists}/{{listId}}/memberships/{name}", Json(handle)) { Rows = HubSpotMemberships.Rows };

    private static Func<VendorCall, VendorAnswer> Json(Func<VendorCall, VendorAnswer> handle) => call => call.IsOf("application/json")
        ? handle(call)
        : HubSpotDialect.Error(415, "VALIDATION_ERROR", "HTTP 415 Unsupported Media Type");
}
