using System.Globalization;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.ActiveCampaign;

/// <summary>Pages by <c>limit</c> and <c>offset</c>.</summary>
internal static class Paging
{
    private const int Usual = 20;
    private const int Most = 100;

    public static int Limit(VendorCall call) => Number(call, "limit") is { } limit and > 0 ? Math.Min(limit, Most) : Usual;

    public static int Offset(VendorCall call) => Number(call, "offset") ?? 0;

    public static IEnumerable<T> Page<T>(VendorCall call, IEnumerable<T> all) => all.Skip(Offset(call)).Take(Limit(call));

    private static int? Number(VendorCall call, string name) =>
        int.TryParse(call.Query(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
