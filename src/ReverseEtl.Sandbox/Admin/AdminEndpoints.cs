using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ReverseEtl.Sandbox.Scripting;
using ReverseEtl.Sandbox.Vendors;
using ReverseEtl.Sandbox.Webhook;

namespace ReverseEtl.Sandbox.Admin;

/// <summary>What the sandbox tells of itself and how it is told to misbehave.</summary>
internal static class AdminEndpoints
{
    private const int DefaultLimit = 100;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static void Map(WebApplication app, WebhookStore webhooks, VendorStore vendors, RequestHistory history, Script script)
    {
        app.MapGet("/", () => Results.Content(OverviewPage.Render(webhooks.Targets, vendors.Accounts(), history.Latest(20)), "text/html; charset=utf-8"));
        app.MapGet("/_sandbox", () => Results.Json(new { paths = webhooks.Targets.Select(target => target.Summary()) }, Json));
        app.MapGet("/_sandbox/requests", (int? limit) => Results.Json(new { requests = history.Latest(limit ?? DefaultLimit) }, Json));
        app.MapGet("/_sandbox/webhook/{**path}", (string path, int? limit) =>
            webhooks.Find(path) is { } target
                ? Results.Bytes(ViewJson.Write(target.View(limit ?? DefaultLimit)), "application/json")
                : Results.NotFound(new { message = $"nothing was received at {path}" }));
        AccountEndpoints.Map(app, vendors);
        app.MapPost("/_sandbox/script", (HttpRequest request) => AddRuleAsync(request, script));
        app.MapDelete("/_sandbox", () =>
        {
            webhooks.Clear();
            vendors.Clear();
            script.Clear();
            return Results.NoContent();
        });
    }

    private static async Task<IResult> AddRuleAsync(HttpRequest request, Script script)
    {
        try
        {
            var rule = await JsonSerializer.DeserializeAsync<ScriptRule>(request.Body, Json, request.HttpContext.RequestAborted);
            script.Add(rule ?? throw new JsonException("a rule is an object"));
            return Results.NoContent();
        }
        catch (JsonException wrong)
        {
            return Results.BadRequest(new { message = wrong.Message });
        }
    }
}
