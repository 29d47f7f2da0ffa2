using Microsoft.AspNetCore.Http;
using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.Sandbox.Webhook;

/// <summary>Says trouble as a plain web server does: by the status alone.</summary>
internal static class WebhookTrouble
{
    private const int Forever = int.MaxValue;

    public static ScriptAction? Spell(ScriptAction? action) => action?.Trouble switch
    {
        null => action,
        VendorTrouble.Throttled => action with { Status = StatusCodes.Status429TooManyRequests },
        VendorTrouble.Broken => action with { Status = StatusCodes.Status500InternalServerError },
        VendorTrouble.Credentials => action with { Status = StatusCodes.Status401Unauthorized },
        VendorTrouble.Forbidden => action with { Status = StatusCodes.Status403Forbidden },
        VendorTrouble.Missing => action with { Status = StatusCodes.Status404NotFound },
        VendorTrouble.Garbage => action with { Status = StatusCodes.Status502BadGateway, Body = "<html>" },
        VendorTrouble.Silence => action with { Disconnect = Disconnect.After, DelayMs = Forever },
        VendorTrouble.Redirect => action with
        {
            Status = StatusCodes.Status307TemporaryRedirect,
            Headers = new Dictionary<string, string> { ["Location"] = "/elsewhere" },
        },
        var unknown => throw new InvalidOperationException($"{unknown} is no trouble"),
    };
}
