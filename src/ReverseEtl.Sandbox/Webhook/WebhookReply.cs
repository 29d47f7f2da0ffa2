using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.Sandbox.Webhook;

/// <summary>Answers a webhook.</summary>
internal static class WebhookReply
{
    private const int RefusedRow = 422;
    private const string UsualMessage = "the script says so";
    private const int HalfAnswerMs = 100;

    public static Task SendAsync(HttpContext context, int status, ScriptAction? action, WebhookRequest request)
    {
        foreach (var (name, value) in action?.Headers ?? new Dictionary<string, string>())
            context.Response.Headers[name] = value;
        if (action?.RetryAfter is { } seconds)
            context.Response.Headers.RetryAfter = $"{seconds}";

        if (action?.Body is { } body)
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(body, context.RequestAborted);
        }

        if (action?.RejectKeys is not null)
            return SendResultsAsync(context, action, request);
        if (status >= 300)
            return RefuseAsync(context, status, action!.Message ?? UsualMessage);
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    /// <summary>Sends the first half of an answer, and waits until it is likely to be read: the end of a connection takes back what is not.</summary>
    public static async Task BeginAsync(HttpContext context, int status)
    {
        var half = """{"results":[{"ke"""u8.ToArray();
        context.Response.StatusCode = status;
        context.Response.ContentLength = 2 * half.Length;
        await context.Response.Body.WriteAsync(half, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Task.Delay(HalfAnswerMs, context.RequestAborted);
    }

    public static Task RefuseAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { message }, context.RequestAborted);
    }

    /// <summary>Answers row by row, last row first: a sender that goes by position gets every row wrong.</summary>
    private static async Task SendResultsAsync(HttpContext context, ScriptAction action, WebhookRequest request)
    {
        context.Response.StatusCode = StatusCodes.Status207MultiStatus;
        context.Response.ContentType = "application/json";
        var refused = action.RejectKeys!.ToHashSet();
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteStartArray("results");
        foreach (var row in request.Rows.Reverse())
        {
            writer.WriteStartObject();
            writer.WritePropertyName("key");
            writer.WriteRawValue(row.Key.Span, skipInputValidation: true);
            var isRefused = refused.Contains(row.Key.Text);
            writer.WriteNumber("status", isRefused ? action.Status ?? RefusedRow : StatusCodes.Status200OK);
            if (isRefused)
            {
                writer.WriteString("code", action.Code);
                writer.WriteString("message", action.Message ?? UsualMessage);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        await writer.FlushAsync(context.RequestAborted);
    }
}
