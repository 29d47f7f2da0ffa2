using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.Sandbox.Vendors;

/// <summary>Receives a vendor's requests: reads, obeys the script, has them checked and applied, records, answers.</summary>
internal sealed class VendorEndpoint(IVendorEmulator emulator, VendorStore store, Script script, RequestHistory history, TimeProvider time)
{
    private const int HalfAnswerMs = 100;

    public void Map(IEndpointRouteBuilder app)
    {
        var root = $"/{emulator.Type}/{{account}}/";
        foreach (var route in emulator.Routes)
            app.MapMethods(root + route.Pattern, [route.Method], Handler(route));
        app.Map(root + "{**rest}", Handler(null));
    }

    // Not a lambda with parameters: code would be generated for each route when the first request comes, which takes a quarter of a second.
    private RequestDelegate Handler(VendorRoute? route) => context => HandleAsync(context, (string)context.Request.RouteValues["account"]!, route);

    private async Task HandleAsync(HttpContext context, string name, VendorRoute? route)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var account = store.Account(emulator.Type, name);
        account.Count();
        var call = new VendorCall(context.Request, account, Below(context.Request), body.ToArray(), time.GetUtcNow());
        var rows = route?.Rows?.Invoke(call);
        var keys = new KeyMatch(rows ?? []);
        var action = script.Next(rule => Concerns(rule, call, route), keys.Has);
        if (action?.RejectKeys is { } refused)
            call = call with { Refused = keys.Rows(refused).ToHashSet(), RefusalCode = action.Code, RefusalMessage = action.Message ?? "the script says so" };

        var answer = action?.Disconnect is Disconnect.Before ? null : Answer(call, route, action);
        var isSilent = action?.Trouble is VendorTrouble.Silence;
        Remember(call, rows?.Count, isSilent || action?.Disconnect is not null ? 0 : answer!.Status);
        if (isSilent)
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        await Task.Delay(action?.DelayMs ?? 0, context.RequestAborted);
        if (action?.Disconnect is Disconnect.Within)
            await BeginAsync(context, answer!);
        if (action?.Disconnect is not null)
            context.Abort();
        else
            await SendAsync(context, answer!, action?.Headers);
    }

    private VendorAnswer Answer(VendorCall call, VendorRoute? route, ScriptAction? action)
    {
        var answer = ScriptedAnswer.Instead(action, call, route?.Dialect ?? emulator.Dialect)
            ?? ScriptedAnswer.Change(action, call.Account.With(_ => Ask(call, route)));
        return emulator.Finish(answer, call.Account);
    }

    private VendorAnswer Ask(VendorCall call, VendorRoute? route)
    {
        if (route?.IsOpen is not true && emulator.Authenticate(call) is { } refusal)
            return refusal;
        try
        {
            return route is null ? emulator.Dialect.Missing() : route.Handle(call);
        }
        catch (Exception fault)
        {
            // A fault of the sandbox must not pass for one of the vendor's, which would be tried again in silence.
            return VendorAnswer.Text(StatusCodes.Status501NotImplemented, $"the sandbox failed: {fault}", "text/plain");
        }
    }

    private static bool Concerns(ScriptRule rule, VendorCall call, VendorRoute? route)
    {
        var account = $"{call.Account.Type}/{call.Account.Name}";
        if (rule.Path is { } path && path != account)
            return $"{account}/{call.Path}/".StartsWith(path + "/", StringComparison.Ordinal);
        return rule.Everything || route?.Rows is not null || (rule.Then.Trouble is VendorTrouble.Credentials && route?.IsOpen is not true);
    }

    private void Remember(VendorCall call, int? rows, int status)
    {
        var headers = call.Http.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        call.Account.History.Add(
            new VendorRequest(call.Now, call.Http.Method, call.Path, $"{call.Http.QueryString}", headers, call.Body, rows, status));
        history.Add(new ReceivedRequest(
            call.Now, $"{call.Account.Type}/{call.Account.Name}/{call.Path}", "", call.Http.Method, rows ?? 0, status, Repeat: false));
    }

    private async Task SendAsync(HttpContext context, VendorAnswer answer, IReadOnlyDictionary<string, string>? headers)
    {
        Begin(context, answer);
        foreach (var (name, value) in headers ?? new Dictionary<string, string>())
            context.Response.Headers[name] = value;
        if (answer.Body.Length > 0)
            await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    /// <summary>Sends the first half of an answer, and waits until it is likely to be read: the end of a connection takes back what is not.</summary>
    private async Task BeginAsync(HttpContext context, VendorAnswer answer)
    {
        // One without a body has no half.
        if (answer.Status is StatusCodes.Status204NoContent)
            return;
        Begin(context, answer);
        context.Response.ContentLength = Math.Max(2, answer.Body.Length);
        await context.Response.Body.WriteAsync(answer.Body[..(answer.Body.Length / 2)], context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Task.Delay(HalfAnswerMs, context.RequestAborted);
    }

    private void Begin(HttpContext context, VendorAnswer answer)
    {
        var now = time.GetUtcNow();
        context.Response.Headers.Date = now.ToString("R", CultureInfo.InvariantCulture);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        if (answer.Status is not StatusCodes.Status204NoContent)
            context.Response.ContentLength = answer.Body.Length;
        foreach (var (name, value) in answer.HeadersAt(now))
            context.Response.Headers[name] = value;
    }

    private static string Below(HttpRequest request)
    {
        var parts = request.Path.Value!.Split('/', 4);
        return parts.Length > 3 ? parts[3] : "";
    }
}
