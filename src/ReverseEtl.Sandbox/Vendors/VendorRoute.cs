using System.Text.Json;

namespace ReverseEtl.Sandbox.Vendors;

/// <summary>One thing that a vendor can be asked for.</summary>
/// <param name="Method">The method.</param>
/// <param name="Pattern">The path below the account, as ASP.NET writes routes.</param>
/// <param name="Handle">Checks, applies and answers; it has the account for itself.</param>
internal sealed record VendorRoute(string Method, string Pattern, Func<VendorCall, VendorAnswer> Handle)
{
    /// <summary>The rows that a request carries, each as the values in it; null for a request that carries none by its nature.</summary>
    public Func<VendorCall, IReadOnlyList<IEnumerable<string>>>? Rows { get; init; }

    /// <summary>Needs no credentials: they are fetched here.</summary>
    public bool IsOpen { get; init; }

    /// <summary>How this part of the vendor says that something is wrong, where it differs.</summary>
    public IVendorDialect? Dialect { get; init; }

    /// <summary>The elements of an array in a JSON body are the rows.</summary>
    public static Func<VendorCall, IReadOnlyList<IEnumerable<string>>> RowsIn(string property) =>
        call => [.. (call.Json?.GetList(property) ?? []).Select(row => row.Scalars())];

    /// <summary>The elements of the array that the body is, are the rows.</summary>
    public static IReadOnlyList<IEnumerable<string>> RowsOfArray(VendorCall call) =>
        call.Json is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray().Select(row => row.Scalars())] : [];
}
