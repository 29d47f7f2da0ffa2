using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Admin;

/// <summary>What the vendors' accounts hold and received, for programs that are not in this process.</summary>
internal static class AccountEndpoints
{
    private const int DefaultLimit = 100;

    public static void Map(WebApplication app, VendorStore vendors)
    {
        app.MapGet("/_sandbox/accounts", () => Results.Json(new
        {
            accounts = vendors.Accounts().Select(account => new
            {
                type = account.Type,
                account = account.Account,
                requests = account.Requests,
                holdings = account.Holdings.Select(Summary),
            }),
        }));
        app.MapGet("/_sandbox/accounts/{type}/{account}", (string type, string account, int? limit) =>
            Known(vendors, type, account, _ => new
            {
                holdings = vendors.Holdings(type, account).Select(holding => new
                {
                    kind = holding.Kind,
                    id = holding.Id,
                    name = holding.Name,
                    count = holding.Count,
                    records = holding.Records.Take(limit ?? DefaultLimit),
                }),
            }));
        app.MapGet("/_sandbox/accounts/{type}/{account}/requests", (string type, string account, int? limit) =>
            Known(vendors, type, account, known => new { requests = known.History.All().TakeLast(limit ?? DefaultLimit).Select(Request) }));
    }

    private static IResult Known(VendorStore vendors, string type, string account, Func<Account, object> show) =>
        vendors.Find(type, account) is { } known
            ? Results.Json(show(known))
            : Results.NotFound(new { message = $"nothing was received at {type}/{account}" });

    private static object Summary(Holding holding) =>
        new { kind = holding.Kind, id = holding.Id, name = holding.Name, count = holding.Count };

    // Without the headers and the query, which have the credentials.
    private static object Request(VendorRequest request) => new
    {
        at = request.At,
        method = request.Method,
        path = request.Path,
        rows = request.Rows,
        status = request.Status,
        body = request.Text,
    };
}
