using System.Globalization;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Braze;

/// <summary>What Braze charges for: each attribute, event and purchase that was sent, also one that changed nothing.</summary>
internal static class DataPoints
{
    public const string Table = "data_points";

    public static void Count(Account account, string kind, int points)
    {
        var table = account.Table(Table);
        var before = table.Get(kind) is { } known ? long.Parse(known["count"]!, CultureInfo.InvariantCulture) : 0;
        table.Set(kind, Record.Of(("kind", kind), ("count", (before + points).ToString(CultureInfo.InvariantCulture))));
    }
}
