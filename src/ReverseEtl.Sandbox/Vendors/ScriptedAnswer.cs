using Microsoft.AspNetCore.Http;
using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.Sandbox.Vendors;

/// <summary>What the script has instead of the vendor's usual answer.</summary>
internal static class ScriptedAnswer
{
    private const string Page = "<html><head><title>Bad gateway</title></head><body>Please try again later.</body></html>";

    /// <summary>The answer to a request that is not applied; null where it is applied as usual.</summary>
    public static VendorAnswer? Instead(ScriptAction? action, VendorCall call, IVendorDialect dialect)
    {
        if (action is null)
            return null;
        var answer = action switch
        {
            { Trouble: { } trouble } => Spell(trouble, action, call, dialect),
            { RejectBatchContaining: not null } => dialect.Invalid(action.Message ?? "the script says so"),
            { RejectKeys: not null } or { Status: null or (>= 200 and < 300) } => null,
            { Status: var status } => Like(status.Value, action, dialect),
        };
        if (answer is null)
            return null;
        if (action.Body is { } body)
            answer = VendorAnswer.Text(answer.Status, body, "application/json");
        return action.Status is { } asked ? Same(answer, asked) : answer;
    }

    /// <summary>The answer to a request that was applied, as the script changes it.</summary>
    public static VendorAnswer Change(ScriptAction? action, VendorAnswer usual) => action switch
    {
        { Body: { } body } => VendorAnswer.Text(action.Status ?? usual.Status, body, "application/json"),
        { Status: { } status, RejectKeys: null } => Same(usual, status),
        _ => usual,
    };

    private static VendorAnswer? Spell(VendorTrouble trouble, ScriptAction action, VendorCall call, IVendorDialect dialect) => trouble switch
    {
        VendorTrouble.Throttled => dialect.Throttled(action.RetryAfter, action.Message),
        VendorTrouble.Broken => dialect.Broken(action.Message),
        VendorTrouble.Credentials => dialect.Unauthorized(action.Message),
        VendorTrouble.Forbidden => dialect.Forbidden(action.Message),
        VendorTrouble.Missing => dialect.Missing(action.Message),
        VendorTrouble.Garbage => VendorAnswer.Text(StatusCodes.Status200OK, Page, "text/html"),
        VendorTrouble.Redirect => VendorAnswer.Empty(StatusCodes.Status307TemporaryRedirect).With("Location", $"{call.BaseUrl}/{call.Path}"),
        _ => null,
    };

    private static VendorAnswer Like(int status, ScriptAction action, IVendorDialect dialect) => status switch
    {
        StatusCodes.Status429TooManyRequests => dialect.Throttled(action.RetryAfter, action.Message),
        StatusCodes.Status401Unauthorized => dialect.Unauthorized(action.Message),
        StatusCodes.Status403Forbidden => dialect.Forbidden(action.Message),
        StatusCodes.Status404NotFound or StatusCodes.Status410Gone => dialect.Missing(action.Message),
        >= 500 => dialect.Broken(action.Message),
        _ => dialect.Invalid(action.Message ?? "the script says so"),
    };

    private static VendorAnswer Same(VendorAnswer answer, int status) => answer with { Status = status };
}
