using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.Sandbox.Webhook;

/// <summary>A receiver of webhooks: reads, checks, obeys the script, applies, answers.</summary>
internal sealed class WebhookEndpoint(
    WebhookStore store, Script script, RequestHistory history, WebhookSignature? signature, TimeProvider time)
{
    public async Task HandleAsync(HttpContext context, string path)
    {
        if (context.Request.ContentLength is not { } announced)
        {
            await WebhookReply.RefuseAsync(context, StatusCodes.Status411LengthRequired, "Content-Length is missing");
            return;
        }

        var body = GC.AllocateUninitializedArray<byte>(checked((int)announced));
        await context.Request.Body.ReadExactlyAsync(body, context.RequestAborted);
        if (Read(context, body, out var request) is { } refusal)
            await WebhookReply.RefuseAsync(context, refusal.Status, refusal.Message);
        else
            await ReceiveAsync(context, path, request!);
    }

    private (int Status, string Message)? Read(HttpContext context, byte[] body, out WebhookRequest? request)
    {
        request = null;
        var headers = context.Request.Headers;
        string id = headers["webhook-id"].ToString(), timestamp = headers["webhook-timestamp"].ToString();
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            return (400, "webhook-timestamp must be Unix seconds");
        if (signature?.IsValid(id, timestamp, body, headers["webhook-signature"].ToString()) is false)
            return (401, "webhook-signature is missing or wrong");
        try
        {
            request = WebhookRequest.Parse(new RawJson(body));
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return (400, unreadable.Message);
        }

        return request.Id == id ? null : (400, "webhook-id must equal the body's id");
    }

    private async Task ReceiveAsync(HttpContext context, string path, WebhookRequest request)
    {
        var action = WebhookTrouble.Spell(script.Next(path, request.HasKey));
        var except = action?.RejectKeys?.ToHashSet();
        var status = Status(action);
        var repeat = false;
        if (action?.Disconnect is Disconnect.Before || status is not (200 or 207))
            store.Target(path).Refuse();
        else
            repeat = !store.Apply(path, request, except, time.GetUtcNow());

        var isCut = action?.Disconnect is not null;
        history.Add(new ReceivedRequest(
            time.GetUtcNow(), path, request.Id, request.Operation, request.Rows.Count, isCut ? 0 : status, repeat));
        await Task.Delay(action?.DelayMs ?? 0, context.RequestAborted);
        if (action?.Disconnect is Disconnect.Within)
            await WebhookReply.BeginAsync(context, status);
        if (isCut)
            context.Abort();
        else
            await WebhookReply.SendAsync(context, status, action, request);
    }

    private static int Status(ScriptAction? action) => action switch
    {
        null => 200,
        { RejectKeys: not null } => 207,
        { RejectBatchContaining: not null } => action.Status ?? 400,
        _ => action.Status ?? 200,
    };
}
