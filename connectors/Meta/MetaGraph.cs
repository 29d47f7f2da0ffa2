using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Auth;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Meta;

/// <summary>Meta's Graph API: where it is, who is asking, and how it says no.</summary>
internal static class MetaGraph
{
    private const string UsageHeader = "X-Business-Use-Case-Usage";

    private static readonly Uri Vendor = new("https://graph.facebook.com");

    // Nearly everything is HTTP 400, and the code tells: 4, 17, 32, 613 and 800xx are limits; 102, 190, 10, 200 and 2655 the token, its
    // rights and terms; 1487366 a deleted audience, 1713230 one that was flagged; 1 and 2 pass by themselves, as does 2650.
    private static readonly VendorErrors Errors = new()
    {
        Find = body => body.Get("error") is { } error
            ? new VendorError(error.Text("error_subcode") is { } subcode ? $"{error.Text("code")}/{subcode}" : error.Text("code") ?? "", Message(error))
            : null,
        Throttled = new HashSet<string> { "4", "17", "32", "613", "80000", "80003", "80004", "80014" },
        Passing = new HashSet<string> { "1", "2", "2650" },
        Unusable = new HashSet<string> { "10", "102", "190", "200", "2655", "100/33", "100/1487366", "100/1713230", "1487366" },
        Wait = WaitOf,
    };

    /// <summary>The API, signed in.</summary>
    public static VendorApi<TApi> Open<TApi>(MetaGraphOptions options, DestinationRequest request)
        where TApi : class => new(
        new VendorSettings
        {
            Root = options.BaseUrl ?? Vendor,
            Auth = HeaderAuth.Bearer(options.AccessToken),
            Errors = Errors,
        },
        request);

    // "Invalid parameter" says little; what it means stands in the words for users.
    private static string Message(JsonElement error) =>
        error.Text("error_user_msg") is { } said ? $"{error.Text("message")}: {said}" : error.Text("message") ?? "";

    // {"1234":[{"type":"custom_audience","call_count":100,"estimated_time_to_regain_access":3}]}, in minutes.
    private static TimeSpan? WaitOf(HttpAnswer answer)
    {
        if (answer.Header(UsageHeader) is not { } usage)
            return null;
        try
        {
            using var parsed = JsonDocument.Parse(usage);
            var minutes = parsed.RootElement.EnumerateObject().SelectMany(account => account.Value.EnumerateArray())
                .Max(use => use.Number("estimated_time_to_regain_access"));
            return minutes > 0 ? TimeSpan.FromMinutes(minutes.Value) : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
